#!/bin/sh
# npm run demo: one mail through the pipe, with a sendmail that drops what goes
# out into a Maildir. Everything lies in .demo, which is made anew each time.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
demo=$root/.demo
robot=$root/bin/mailrobot
rm -rf "$demo"

say() { printf '\n== %s\n' "$1"; }

say 'An empty desk'
"$robot" init --dir "$demo" --domain support-ticket.example --sendmail "$demo/sendmail" |
	head -n 2
cat >"$demo/sendmail" <<EOF
#!/bin/sh
exec "$root/test/stand-in/sendmail" "$demo/nic" "\$@"
EOF
chmod +x "$demo/sendmail"
export MAILROBOT_CONFIG="$demo/config.json"

say 'Nic writes to new@support-ticket.example:  mailrobot new < message'
"$robot" new <"$root/fixtures/cases/plain/in.eml"

say 'mailrobot ticket show 7102'
"$robot" ticket show 7102

say 'What lies in the store'
(cd "$demo/store" && find . -type f | sort)

say 'What lies in the mailbox of Nic'
cat "$demo"/nic/new/*

say 'We answer, and close:  mailrobot ticket reply 7102 -m ...'
"$robot" ticket reply 7102 -m 'I have reset your password.'
"$robot" ticket close 7102

say 'Nic answers to that:  mailrobot reply < answer'
"$robot" reply <"$root/fixtures/cases/no-verb-reply/in.eml"
"$robot" ticket list

printf '\nEverything is in %s; try  export MAILROBOT_CONFIG=%s\n' "$demo" "$demo/config.json"
