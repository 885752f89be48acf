#!/bin/sh
# npm run demo: a whole conversation by SMTP on a box without Postfix. mailrobot
# serve takes the mail and runs the alias file; mailrobot sendmail stands in for
# sendmail(1). Everything lies in .demo, which is made anew each time.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
demo=$root/.demo
robot=$root/bin/mailrobot
rm -rf "$demo"

# As root, alias commands run as nobody: where nobody may not read, the demo runs from a copy.
if [ "$(id -u)" -eq 0 ] && ! setpriv --reuid nobody --clear-groups test -r "$root/dist/mailrobot.cjs"; then
	copy=$(mktemp -d /tmp/mailrobot-demo.XXXXXX)
	cp -r "$root/bin" "$root/dist" "$copy"
	chmod -R a+rX "$copy"
	robot=$copy/bin/mailrobot
	demo=$copy/.demo
fi

say() { printf '\n== %s\n' "$1"; }

say 'An empty desk'
"$robot" init --dir "$demo" --domain support-ticket.example --sendmail "$demo/sendmail" |
	head -n 2
export MAILROBOT_CONFIG="$demo/config.json"
cat >"$demo/aliases" <<EOF
new:     "|$robot new || exit 75"
support: "|$robot reply || exit 75"
EOF
# As root, an alias command runs as the owner of the alias file: one who may write here.
[ "$(id -u)" -ne 0 ] || chown -R nobody "$demo"

say 'mailrobot serve --port 0 --aliases .demo/aliases'
"$robot" serve --port 0 --aliases "$demo/aliases" >"$demo/serve.log" 2>"$demo/serve.err" &
server=$!
trap 'kill $server 2>/dev/null || :' EXIT
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	grep -q 'listening' "$demo/serve.err" && break
	sleep 0.2
done
cat "$demo/serve.err"
port=$(sed -n 's/.* port //p' "$demo/serve.err")
cat >"$demo/sendmail" <<EOF
#!/bin/sh
exec "$robot" sendmail --config "$MAILROBOT_CONFIG" --maildir "$demo/mail" --relay "127.0.0.1:$port" "\$@"
EOF
chmod +x "$demo/sendmail"
mkdir -p "$demo/mail"
[ "$(id -u)" -ne 0 ] || chown -R nobody "$demo"

say 'Nic writes to new@support-ticket.example'
"$demo/sendmail" -i -f nic@ferrier.example -- new@support-ticket.example <<EOF
From: Nic Ferrier <nic@ferrier.example>
To: new@support-ticket.example
Subject: I can't login!
Message-ID: <1@ferrier.example>

Hello,

I can't login since this morning. Please help.

Nic
EOF
"$robot" ticket show 7102

say 'What lies in the mailbox of Nic:  mailrobot mailbox nic@ferrier.example 1'
"$robot" mailbox --maildir "$demo/mail" nic@ferrier.example 1

say 'We answer, and close:  mailrobot ticket reply 7102 -m ...'
"$robot" ticket reply 7102 -m 'I have reset your password.'
"$robot" ticket close 7102
"$robot" mailbox --maildir "$demo/mail" nic@ferrier.example

say 'Nic answers to that:  the mail reaches SUPPORT-7102@, and opens the ticket again'
"$demo/sendmail" -i -f nic@ferrier.example -- SUPPORT-7102@support-ticket.example <<EOF
From: Nic Ferrier <nic@ferrier.example>
To: SUPPORT-7102@support-ticket.example
Subject: Re: RE: I can't login!
Message-ID: <2@ferrier.example>

It works now, thank you.
EOF
"$robot" ticket list

say 'One line a mail, by mailrobot serve'
cat "$demo/serve.log"

printf '\nEverything is in %s; try\n  export MAILROBOT_CONFIG=%s\n  bin/mailrobot ticket list\n' \
	"$demo" "$demo/config.json"
