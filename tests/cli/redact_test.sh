#!/usr/bin/env bash
# What the program writes when it is told to redact. usage: redact_test.sh MILLRACE
set -uo pipefail
. "$(dirname "$0")/../support/checks.sh" "$1"

card=4111111111111111 mail=joe@example.com
no_secret() { ! grep -qE "$card|$mail|hunter2" out err; }

"$millrace" --redact -e "
  console.log('card $card', { password: 'hunter2', to: '$mail', nested: { deep: { api_key: 'hunter2' } } });
  console.error('to %s', '$mail');
  console.table([{ mail: '$mail' }]);
  console.dir({ credentials: { a: 'hunter2',
    list: new Array(30).fill('hunter2, which is long enough to be on a line of its own') } });
  console.group('$mail'); console.log('inside\n$mail'); console.groupEnd();
  console.trace('$mail'); console.assert(false, '$mail'); console.count('$mail');
  Promise.resolve({ token: 'Bearer a1B2c3D4e5F6', card: $card }).then((value) => console.log(value));
  console.log(Promise.resolve({ secret: 'hunter2', mail: '$mail' }));
  process.emitWarning('about $mail', { code: 'X', detail: 'hunter2?password=hunter2' });
" > out 2> err
check 'console and warnings' test $? -eq 0
check 'console and warnings: masks' grep -q "^  password: '\[redacted\]',\$" out
check 'a warning is told' grep -q 'about \[email\]' err
sed -i 's/hunter2?password/x?password/' err
check 'console and warnings: no secret' no_secret

for what in "throw new Error('no $mail', { cause: new TypeError('card $card') })" \
  "Promise.reject(new Error('no $mail'))" "Promise.reject('$mail, hunter2'.split(', ')[0])" \
  "Promise.any([Promise.reject(new Error('$mail'))])" "throw '$mail'" \
  "setTimeout(() => { const e = new Error('late'); e.apiKey = 'hunter2'; e.to = '$mail'; throw e; }, 1)"; do
  "$millrace" --redact -e "$what" > out 2> err
  check "uncaught: exit code of $what" test $? -eq 1
  check "uncaught: $what" no_secret
  check "uncaught, told: $what" grep -q '\[email\]' err
  "$millrace" --redact --log=debug --log-json -e "$what" > out 2> err
  check "uncaught, with a log: $what" no_secret
  "$millrace" --redact --profile=web -e "$what" > out 2> err
  check "uncaught, profile web: $what" no_secret
done

printf 'function pay_joe() { const end = Date.now() + 400, text = JSON.stringify(new Array(5000).fill(1)); while (Date.now() < end) JSON.parse(text); }\npay_joe();\n' > "$mail.js"
"$millrace" --redact --stall=50 "$mail.js" > out 2> err
check 'a stall is reported' grep -q 'a callback is stuck' err
check 'a stall names no secret' no_secret
"$millrace" --redact --time-limit=100ms "$mail.js" > out 2> err
check 'a limit: exit code' test $? -eq 124
check 'a limit is reported' grep -q 'stopped by the limit' err
check 'a limit names no secret' no_secret
"$millrace" --redact --report-on-signal -e "setTimeout(() => {}, 60_000); process.kill(process.pid, 'SIGUSR2'); setTimeout(() => process.exit(), 200);" > out 2> err
check 'the report on a signal' grep -q '^the loop is kept alive by$' err

"$millrace" --redact --log=error -e "Promise.reject({ password: 'hunter2', mail: '$mail' })" > out 2> err
check 'an object as a reason: exit code' test $? -eq 1
check 'an object as a reason' no_secret

# The page and its JSON, and what they count.
"$millrace" --redact --dashboard -e "
  process.on('uncaughtException', () => {});
  console.error('to $mail'); process.stderr.write('raw to $mail\n');
  setTimeout(() => process.exit(0), 3000);" > out 2> err &
program=$!
for _ in $(seq 100); do grep -q 'dashboard at' err && break; sleep 0.05; done
python3 - > seen 2>&1 << 'EOF'
import re, time, urllib.request
url, token = re.search(r"dashboard at (http://\S+/)#token=(\w+)", open("err").read()).groups()
def ask(path):
    return urllib.request.urlopen(urllib.request.Request(url + path, headers={"Authorization": "Bearer " + token}), timeout=20).read().decode()
for _ in range(40):
    text = ask("api/snapshot")
    if "raw to" in text: break
    time.sleep(0.1)
print(text, ask("metrics"))
EOF
wait $program
check 'the dashboard shows it' grep -q 'raw to \[email\]' seen
check 'the dashboard names no secret' test "$(grep -c "$mail" seen)" -eq 0

# What is the program's own data stays as it is, and so does everything when nothing was asked for.
"$millrace" --redact -e "process.stdout.write('$mail\n'); process.stdout.write(new TextEncoder().encode('$card\n'))" > out 2> err
check 'data of the program' grep -q "^$mail\$" out
check 'bytes of the program' grep -q "^$card\$" out
"$millrace" -e "console.log('$mail')" > out 2> err
check 'not asked for' grep -q "^$mail\$" out

"$millrace" --redact=card,iban -e "console.log('$mail $card DE89370400440532013000')" > out 2> err
check 'some presets' grep -q "^$mail \[card\] \[iban\]\$" out
"$millrace" --redact-pattern 'EMP-\d+' --redact-pattern='joe' --redact-field=salary -e "console.log('EMP-12 $mail', { salary: 5, Salary: [1, 2], n: 1 })" > out 2> err
check 'own patterns and fields' grep -q "^\[redacted\] \[redacted\]@example.com { salary: \[redacted\], Salary: \[redacted\], n: 1 }\$" out
"$millrace" --redact=cards -e 0 > out 2> err
check 'no such preset: exit code' test $? -eq 2
check 'no such preset' grep -q "'cards' is none of all, card, email, token, iban, secrets" err
"$millrace" --redact-pattern='a(' -e 0 > out 2> err
check 'a wrong pattern: exit code' test $? -eq 2
check 'a wrong pattern' grep -q 'redaction pattern 1: missing )' err
"$millrace" --redact-pattern='a*' -e 0 > out 2> err
check 'a pattern that matches everywhere' grep -q 'it matches the empty text' err
check 'a start without it loads no RE2' test "$(ldd "$millrace" | grep -c libre2)" -eq 0
mkdir -p alone/bin
cp "$millrace" alone/bin/
alone/bin/millrace --redact -e 0 > out 2> err
check 'without the module: exit code' test $? -eq 1
check 'without the module' grep -q 'nothing can be redacted: .*libmillrace_redact.so is missing' err

finish
