#!/bin/sh
# Lend's hook for libvirt's QEMU domains. Written by "lend hook install", taken away by "lend hook remove".
# libvirt calls it with the domain's name and what is about to happen, and the domain's XML on standard input
# (libvirt.org/hooks.html), and waits: so no Java, and nothing that would ask libvirt in turn. A start is refused where
# Lend has lent a device elsewhere. Where Lend cannot be asked, it goes on: a broken Lend keeps no guest down.
state=@STATE@
PATH=/usr/sbin:/usr/bin:/sbin:/bin

# That libvirt calls at all: lend hook status shows when.
{ true > "$state/hooked"; } 2> /dev/null

[ "$2/$3" = prepare/begin ] || exit 0

not_asked() {
  logger -t lend-hook -p daemon.warning "$1 starts without having been looked at: $2" 2> /dev/null
  exit 0
}
[ -d "$state" ] || not_asked "$1" "there is no $state"
for file in lent quarantined; do
  [ ! -e "$state/$file" ] || [ -r "$state/$file" ] || not_asked "$1" "$state/$file cannot be read"
done

# XML that libvirt has written itself, never a person: tags, and attributes in quotes, with nothing but entities between.
said=$(LC_ALL=C LEND_DOMAIN=$1 LEND_STATE=$state awk '
  function value(tag, name,   quote, rest) {
    if (!match(tag, "[ \t\n]" name "=[\047\"]")) return ""
    quote = substr(tag, RSTART + RLENGTH - 1, 1)
    rest = substr(tag, RSTART + RLENGTH)
    return substr(rest, 1, index(rest, quote) - 1)
  }
  function digits(number, width) {
    number = tolower(number)
    if (number ~ /^0x/) number = substr(number, 3); else number = sprintf("%x", number + 0)
    while (length(number) > width && number ~ /^0/) number = substr(number, 2)
    while (length(number) < width) number = "0" number
    return number
  }
  function id(address,   folder, vendor, device) {
    folder = "/sys/bus/pci/devices/" address
    if ((getline vendor < (folder "/vendor")) < 1 || (getline device < (folder "/device")) < 1) return ""
    return substr(vendor, 3, 4) ":" substr(device, 3, 4)
  }
  BEGIN {
    file = ENVIRON["LEND_STATE"] "/lent"
    while ((getline line < file) > 0) {
      split(line, word, " ")
      kind[word[1]] = word[2]
      who[word[1]] = substr(line, length(word[1]) + length(word[2]) + 3)
    }
    file = ENVIRON["LEND_STATE"] "/quarantined"
    while ((getline line < file) > 0) {
      split(line, word, " ")
      apart[word[1]] = word[2]
    }
    RS = "<"
  }
  {
    end = index($0, ">")
    tag = end ? substr($0, 1, end - 1) : $0
    name = tag
    sub(/[ \t\n].*/, "", name)
    if (name == "metadata") skip = 1
    if (name == "/metadata") skip = 0
    if (skip) next
    if (name == "uuid" && uuid == "") uuid = substr($0, end + 1)
    if (name == "hostdev") device = value(tag, "type") == "pci"
    if (name == "interface") device = value(tag, "type") == "hostdev"
    if (name == "hostdev" || name == "interface") managed = value(tag, "managed")
    if (name == "/hostdev" || name == "/interface") device = 0
    if (name == "source") source = 1
    if (name == "/source") source = 0
    if (name == "address" && device && source) {
      count++
      wanted[count] = digits(value(tag, "domain"), 4) ":" digits(value(tag, "bus"), 2) ":"
      wanted[count] = wanted[count] digits(value(tag, "slot"), 2) "." digits(value(tag, "function"), 1)
      gives[count] = managed
    }
  }
  END {
    RS = "\n"
    for (i = 1; i <= count; i++) {
      a = wanted[i]
      brief = a
      sub(/^0000:/, "", brief)
      if (kind[a] == "other" || kind[a] == "domain" && who[a] != ENVIRON["LEND_DOMAIN"] && who[a] != uuid) {
        print "lend: " brief " is lent to " who[a] " (lend status; to take it back: lend detach " brief ")"
        exit 10
      }
      if (kind[a] == "reserved" && gives[i] == "yes") {
        print "lend: " brief " is reserved, and with managed=\047yes\047 libvirt would give it away: write managed=\047no\047, or lend return " brief
        exit 10
      }
      if (a in apart && apart[a] == id(a)) {
        print "lend: " brief " is in quarantine, its reset failed: lend clean " brief
        exit 10
      }
    }
  }' 2> /dev/null)
case $? in
  0) exit 0 ;;
  10) printf '%s\n' "$said" >&2; exit 1 ;;
  *) not_asked "$1" "awk does not work" ;;
esac
