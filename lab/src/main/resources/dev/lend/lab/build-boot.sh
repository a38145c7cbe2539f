#!/bin/sh
# Makes the two initramfs of the lab: build-boot.sh TREE SCRIPTS OUT
# TREE is the unpacked image, SCRIPTS holds host/ and guest/ (this project's scripts);
# OUT gets initrd (boots the lab host) and guest.initrd (boots a guest inside it).
# Both are left uncompressed: under emulation unpacking costs more than reading.
set -eu
tree=$1 scripts=$2 out=$3
busybox=$tree/usr/bin/busybox
kernel=$(ls "$tree/usr/lib/modules")
modules=$tree/usr/lib/modules/$kernel

# kmod_as NAME ARGS: the image's own kmod, so that the machine needs none.
kmod_as() {
  name=$1
  shift
  "$tree/lib64/ld-linux-x86-64.so.2" --library-path "$tree/usr/lib/x86_64-linux-gnu" --argv0 "$name" "$tree/usr/bin/kmod" "$@"
}

# add_module DIR NAME: copies NAME and what it needs, unpacked, and appends their paths to DIR/modules.load in load order.
add_module() {
  kmod_as modprobe -d "$tree" -S "$kernel" --show-depends "$2" | while read -r word path _; do
    [ "$word" = insmod ] || continue
    target=${path#"$tree"}
    target=${target#/usr}
    target=${target%.xz}
    [ -e "$1$target" ] && continue
    mkdir -p "$1${target%/*}"
    case $path in
      *.xz) "$busybox" unxz -c "$path" > "$1$target" ;;
      *) cp "$path" "$1$target" ;;
    esac
    echo "$target" >> "$1/modules.load"
  done
}

# add_program DIR PATH: copies a program of the tree and its shared libraries.
add_program() {
  mkdir -p "$1${2%/*}"
  cp -L "$tree$2" "$1$2"
  "$tree/lib64/ld-linux-x86-64.so.2" --library-path "$tree/usr/lib/x86_64-linux-gnu" --list "$tree$2" |
    sed -n 's,.*=> \(.*\) (0x.*,\1,p' | while read -r library; do
      mkdir -p "$1/lib/x86_64-linux-gnu"
      [ -e "$1/lib/x86_64-linux-gnu/${library##*/}" ] || cp -L "$library" "$1/lib/x86_64-linux-gnu/"
    done
}

# pack DIR OUT: an initramfs of DIR.
pack() {
  (cd "$1" && find . | sort | "$busybox" cpio -o -H newc 2>/dev/null) > "$2"
}

skeleton() {
  mkdir -p "$1/bin" "$1/sbin" "$1/proc" "$1/sys" "$1/dev" "$1/tmp" "$1/run" "$1/etc" "$1/lib64" "$1/usr"
  cp "$busybox" "$1/bin/busybox"
  for applet in sh mount umount insmod mkdir mv switch_root cat cp echo ln sleep; do ln -s busybox "$1/bin/$applet"; done
}

work=$(mktemp -d "$out/work.XXXXXX")
trap 'rm -rf "$work"' EXIT

lab=$work/lab
skeleton "$lab"
# A scale lab has a virtio IOMMU; until its driver is there, the kernel puts off every device behind it.
for name in virtio_iommu virtio_pci virtio_blk ext4 overlay; do add_module "$lab" "$name"; done
cp "$scripts/host/initramfs-init" "$lab/init"
mkdir -p "$lab/overlay/usr/sbin" "$lab/overlay/usr/local/bin" "$lab/overlay/etc/ssh"
cp "$scripts/host/lab-init" "$scripts/host/lab-part" "$lab/overlay/usr/sbin/"
cp "$scripts/host/lab-libvirt" "$scripts/host/guest" "$scripts/host/guest-qmp" "$scripts/host/lend" "$lab/overlay/usr/local/bin/"
cp "$scripts/host/inittab" "$lab/overlay/etc/inittab"
cp "$scripts/host/sshd_config" "$lab/overlay/etc/ssh/lab_sshd_config"
units=$lab/overlay/usr/lib/systemd/system
mkdir -p "$units/ssh.service.d" "$units/systemd-udev-trigger.service.d" "$units/sysinit.target.wants" "$units/multi-user.target.wants"
cp "$scripts/host/lend-lab-folders.service" "$scripts/host/lend-lab.service" "$units/"
cp "$scripts/host/lab-ssh.conf" "$units/ssh.service.d/lab.conf"
cp "$scripts/host/lab-udev.conf" "$units/systemd-udev-trigger.service.d/lab.conf"
ln -s ../lend-lab-folders.service "$units/sysinit.target.wants/"
ln -s ../lend-lab.service "$units/multi-user.target.wants/"
chmod -R a+rX,u+w "$lab"
chmod 755 "$lab/init" "$lab"/overlay/usr/sbin/* "$lab"/overlay/usr/local/bin/*
pack "$lab" "$out/initrd"

guest=$work/guest
skeleton "$guest"
for applet in $("$busybox" --list); do [ -e "$guest/bin/$applet" ] || ln -s busybox "$guest/bin/$applet"; done
ln -s ../bin "$guest/usr/bin"
ln -s ../sbin "$guest/usr/sbin"
ln -s ../lib "$guest/usr/lib"
cp -L "$tree/lib64/ld-linux-x86-64.so.2" "$guest/lib64/"
for name in virtio_pci vmw_vsock_virtio_transport; do add_module "$guest" "$name"; done
cp "$guest/modules.load" "$guest/modules.boot"
for name in virtio_console igb igbvf e1000 e1000e 8139cp virtio_net virtio_blk nvme xhci_pci usbhid hid_generic snd_hda_intel \
  snd_hda_codec_generic megaraid_sas sd_mod bochs net_failover; do
  add_module "$guest" "$name"
done
rm "$guest/modules.load"
cp "$modules"/modules.builtin* "$modules"/modules.order "$guest/lib/modules/$kernel/"
kmod_as depmod -b "$guest" "$kernel"
# The real shell: busybox's prefers its own ip and ping over the programs below.
rm "$guest/bin/sh"
for program in /usr/bin/dash /usr/bin/lspci /usr/sbin/ethtool /usr/sbin/ip /usr/bin/ping /usr/bin/iperf3 /usr/bin/netperf /usr/bin/netserver /usr/bin/socat \
  /usr/sbin/qemu-ga; do
  rm -f "$guest${program#/usr}"
  add_program "$guest" "$program"
done
ln -s dash "$guest/bin/sh"
# iperf3 ends its threads by pthread_cancel, which loads this library by name.
cp -L "$tree/usr/lib/x86_64-linux-gnu/libgcc_s.so.1" "$guest/lib/x86_64-linux-gnu/"
mkdir -p "$guest/usr/share/misc"
cp -L "$tree/usr/share/misc/pci.ids" "$guest/usr/share/misc/"
cp "$scripts/guest/init" "$guest/init"
cp "$scripts/guest/answer" "$guest/bin/answer"
cp "$scripts/guest/mdev.conf" "$guest/etc/mdev.conf"
chmod -R a+rX,u+w "$guest"
chmod 755 "$guest/init" "$guest/bin/answer"
pack "$guest" "$out/guest.initrd"
