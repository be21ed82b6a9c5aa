#include <iostream>

#include <millrace/js/class.h>
#include <millrace/js/runtime.h>

using millrace::Result, millrace::fail, millrace::Errc;
namespace js = millrace::js;

class Account {
 public:
  explicit Account(std::string owner) : owner_(std::move(owner)) {}
  const std::string& owner() const { return owner_; }
  double balance() const { return balance_; }
  Result<double> withdraw(double amount) {
    if (amount > balance_) return fail(Errc::invalid_argument, owner_ + " has not that much");
    return balance_ -= amount;
  }
  void deposit(double amount) { balance_ += amount; }

 private:
  std::string owner_;
  double balance_ = 0;
};

int main() {
  millrace::Loop loop;
  auto js = js::Runtime::create(loop).value();
  js::Class<Account>(*js, "Account")
      .constructor<std::string>()
      .property("owner", &Account::owner)
      .property("balance", &Account::balance)
      .method("deposit", &Account::deposit)
      .method("withdraw", &Account::withdraw);

  const auto ada = std::make_shared<Account>("Ada");
  js->global().set("ada", ada).value();
  js->set_function("transfer", [](Account& from, Account& to, double amount) -> Result<void> {
      if (Result<double> left = from.withdraw(amount); !left) return fail(left.error());
      to.deposit(amount);
      return {};
    }).value();
  js->evaluate(R"(
    class Savings extends Account { withInterest() { return this.balance * 1.1 } }
    const bob = new Savings('Bob');
    bob.deposit(50);
    transfer(bob, ada, 30);
    console.log(bob.balance, bob.withInterest(), ada instanceof Account);
    try { transfer(bob, ada, 30) } catch (error) { console.log(error.message) }
  )")
      .value();
  std::cout << ada->owner() << " has " << ada->balance() << std::endl;
}
