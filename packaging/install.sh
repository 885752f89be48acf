#!/bin/sh
# Puts mailrobot below /usr/local, or below what --prefix names: all of it into lib/mailrobot, the
# launcher into bin, and manual pages and completions where they are looked for. Once more to
# upgrade: each file is written beside and renamed, so that a mail that comes meanwhile is
# delivered, or deferred and comes again. Tells at the end whether the executable works here
# (libexec/self-test). Neither config nor store nor Postfix is touched.

set -eu
umask 022
prefix=/usr/local
case $#:${1-} in
0:) ;;
1:--prefix=*) prefix=${1#--prefix=} ;;
2:--prefix) prefix=$2 ;;
*) prefix= ;;
esac
case $prefix in
'') echo 'usage: install.sh [--prefix DIR]' >&2; exit 2 ;;
/*) ;;
*) prefix=$PWD/$prefix ;;
esac
# Where this file lies, by whatever link it was called: all that lies there is copied.
here=$(dirname -- "$(readlink -f -- "$0")")
home=$prefix/lib/mailrobot

# One file, whole or not at all, also after a power cut; for all users, whoever unpacked it.
put() {
	mkdir -p "$(dirname -- "$2")"
	cp -- "$1" "$2.new"
	chmod u=rwX,go=rX -- "$2.new"
	sync -- "$2.new"
	mv -f -- "$2.new" "$2"
}

cd "$here"
# The launcher last: it finds what it starts.
find . -type f ! -path './bin/*' ! -path ./install.sh | while IFS= read -r file; do
	put "$file" "$home/${file#./}"
done
(cd "$home" && find . -type f) | while IFS= read -r file; do
	# What an older version had.
	case $file in ./bin/*) false ;; *) [ -e "$here/$file" ] ;; esac || rm -f -- "$home/$file"
done

put bin/mailrobot "$prefix/bin/mailrobot"
for page in man/*; do put "$page" "$prefix/share/man/man${page##*.}/${page#man/}"; done
put completions/mailrobot "$prefix/share/bash-completion/completions/mailrobot"
put completions/_mailrobot "$prefix/share/zsh/site-functions/_mailrobot"
put completions/mailrobot.fish "$prefix/share/fish/vendor_completions.d/mailrobot.fish"

"$home/libexec/self-test"
echo "mailrobot $("$prefix/bin/mailrobot" --version) is installed: $prefix/bin/mailrobot"
