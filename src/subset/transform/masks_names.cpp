// Masks that make somebody or something up: people, their addresses of both kinds, companies.
#include <algorithm>
#include <array>

#include "subset/transform/mask.h"
#include "subset/transform/word_lists.h"

namespace millrace::subset {
namespace {

std::string_view pick(Draw& draw, std::span<const std::string_view> words) noexcept { return words[draw.below(words.size())]; }

/// Somebody. Drawn for the same purpose by all masks about people, so that first_name, last_name, name and email by the same field are about the same person.
struct Person {
  Person(const KeyedHash& hash, const Value& by) noexcept : id(hash(ContentOf(by))) {
    Draw draw(id);
    first = pick(draw, first_names());
    last = pick(draw, last_names());
  }
  Hash128 id;
  std::string_view first, last;
};

enum class Part : std::uint8_t { both, first, last };

class NameMask final : public ValueMask {
 public:
  NameMask(const KeyedHash& key, Part part, bool ascii) : hash_(key.for_purpose("person")), part_(part), ascii_(ascii) {}
  [[nodiscard]] Result<Value> apply(const Value&, const Value& by, std::string& scratch) const override {
    const Person person(hash_, by);
    scratch.clear();
    if (part_ != Part::last) append(scratch, person.first);
    if (part_ == Part::both) scratch.push_back(' ');
    if (part_ != Part::first) append(scratch, person.last);
    return Value::of(std::string_view(scratch));
  }

 private:
  void append(std::string& to, std::string_view name) const {
    if (ascii_)
      append_ascii(to, name);
    else
      to.append(name);
  }
  KeyedHash hash_;
  Part part_;
  bool ascii_;
};

/// Digits behind the name: 36^12 is about 2^62, so among a hundred million addresses two are the same with a probability of one in a thousand.
constexpr std::size_t kEmailDigits = 12, kEmailDigitsLeast = 6;
constexpr std::array<std::string_view, 3> kDomains{"@example.com", "@example.org", "@example.net"};  // RFC 2606: nobody's
constexpr std::size_t kDomain = 12;

class EmailMask final : public ValueMask {
 public:
  EmailMask(const KeyedHash& key, std::size_t room)
      : hash_(key.for_purpose("person")), digits_(key.for_purpose("email")), room_(room) {}
  [[nodiscard]] Result<Value> apply(const Value&, const Value& by, std::string& scratch) const override {
    const Person person(hash_, by);
    Draw draw(digits_(ContentOf(by)));
    const std::size_t local = room_ - kDomain, digits = std::min(kEmailDigits, local);
    scratch.clear();
    append_ascii(scratch, person.first);
    const std::size_t first = scratch.size();
    scratch.push_back('.');
    append_ascii(scratch, person.last);
    scratch.push_back('.');
    if (scratch.size() + digits > local) scratch.resize(first), scratch.push_back('.');
    if (scratch.size() + digits > local) scratch.clear();
    for (char& letter : scratch)
      if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter + ('a' - 'A'));
    for (std::size_t i = 0; i < digits; ++i) scratch.push_back("0123456789abcdefghijklmnopqrstuvwxyz"[draw.below(36)]);
    scratch.append(pick(draw, kDomains));
    return Value::of(std::string_view(scratch));
  }

 private:
  KeyedHash hash_, digits_;
  std::size_t room_;
};

void append_place(std::string& to, Draw& draw) {
  to.append(pick(draw, place_beginnings()));
  to.append(pick(draw, place_ends()));
}

class AddressMask final : public ValueMask {
 public:
  explicit AddressMask(const KeyedHash& key) : hash_(key.for_purpose("address")) {}
  [[nodiscard]] Result<Value> apply(const Value&, const Value& by, std::string& scratch) const override {
    Draw draw(hash_(ContentOf(by)));
    scratch.assign(std::to_string(1 + draw.below(240)));
    scratch.push_back(' ');
    append_place(scratch, draw);
    scratch.push_back(' ');
    scratch.append(pick(draw, street_kinds()));
    return Value::of(std::string_view(scratch));
  }

 private:
  KeyedHash hash_;
};

class CityMask final : public ValueMask {
 public:
  explicit CityMask(const KeyedHash& key) : hash_(key.for_purpose("city")) {}
  [[nodiscard]] Result<Value> apply(const Value&, const Value& by, std::string& scratch) const override {
    Draw draw(hash_(ContentOf(by)));
    scratch.clear();
    append_place(scratch, draw);
    return Value::of(std::string_view(scratch));
  }

 private:
  KeyedHash hash_;
};

class CompanyMask final : public ValueMask {
 public:
  explicit CompanyMask(const KeyedHash& key) : hash_(key.for_purpose("company")) {}
  [[nodiscard]] Result<Value> apply(const Value&, const Value& by, std::string& scratch) const override {
    Draw draw(hash_(ContentOf(by)));
    scratch.clear();
    append_place(scratch, draw);
    scratch.push_back(' ');
    scratch.append(pick(draw, trades()));
    scratch.push_back(' ');
    scratch.append(pick(draw, company_forms()));
    return Value::of(std::string_view(scratch));
  }

 private:
  KeyedHash hash_;
};

std::unique_ptr<ValueMask> make_name_part(MaskMaking& making, Part part) {
  const bool ascii = making.options.flag("ascii");
  return std::make_unique<NameMask>(making.key, part, ascii);
}

}  // namespace

std::unique_ptr<ValueMask> make_name(MaskMaking& making) { return make_name_part(making, Part::both); }
std::unique_ptr<ValueMask> make_first_name(MaskMaking& making) { return make_name_part(making, Part::first); }
std::unique_ptr<ValueMask> make_last_name(MaskMaking& making) { return make_name_part(making, Part::last); }

std::unique_ptr<ValueMask> make_email(MaskMaking& making) {
  const std::size_t room = making.site.length.value_or(1000);
  const std::size_t least = kDomain + (making.site.unique ? kEmailDigits : kEmailDigitsLeast);
  if (room < least) {
    making.options.problem("the column is too short: an address needs " + std::to_string(least) + " characters" +
                           (making.site.unique ? " where it is UNIQUE" : ""));
    return nullptr;
  }
  return std::make_unique<EmailMask>(making.key, room);
}

std::unique_ptr<ValueMask> make_address(MaskMaking& making) { return std::make_unique<AddressMask>(making.key); }
std::unique_ptr<ValueMask> make_city(MaskMaking& making) { return std::make_unique<CityMask>(making.key); }
std::unique_ptr<ValueMask> make_company(MaskMaking& making) { return std::make_unique<CompanyMask>(making.key); }

}  // namespace millrace::subset
