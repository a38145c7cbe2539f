#!/bin/sh
# Makes the start-up caches for Lend in the lab: make-aot.sh TREE DIST OUT, in a mount namespace of its own.
# Started by unshare, which has made the namespace private. The flags that shape the heap must be those of host/lend, or
# the JVM has to relocate what it maps.
set -eu
tree=$1 dist=$2 out=$3
mkdir -p "$tree/opt/lend/dist" "$tree/mnt"
mount --bind "$dist" "$tree/opt/lend/dist"
mount --bind "$out" "$tree/mnt"
mount -t proc proc "$tree/proc"
mount --rbind /sys "$tree/sys"
mount -o remount,bind,ro "$tree/sys"
for jar in "$dist"/lib/lend-cli-*.jar; do break; done
[ -e "$jar" ] || { echo 'no lend-cli jar in the dist folder'; exit 1; }
chroot "$tree" /usr/bin/java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "/opt/lend/dist/lib/${jar##*/}" \
  dev.lend.cli.TrainHost /mnt/host
for kind in list look lend; do
  # Its own exit status does not matter, only whether there is a cache afterwards.
  chroot "$tree" /usr/bin/java -XX:AOTCacheOutput="/mnt/$kind.aot" -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
    -cp "/opt/lend/dist/lib/${jar##*/}" dev.lend.cli.Train "$kind" /mnt/host > /dev/null < /dev/null || true
  [ -s "$out/$kind.aot" ]
done
rm -rf "$out/host"
