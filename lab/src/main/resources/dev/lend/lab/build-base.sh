#!/bin/sh
# Unpacks the lab's packages and makes its disk: build-base.sh PACKAGES OUT
# PACKAGES is a comma-separated list; OUT gets tree/ (also the machine's own QEMU and ssh), root.ext4 and vmlinuz.
# The mirror is left to mmdebstrap, which knows a default.
set -eu
packages=$1 out=$2
PATH=$PATH:/usr/sbin:/sbin
export PATH

# No initramfs is wanted (the lab has its own), and the package's hook honours this.
INITRD=No
export INITRD

# The man directory: the JRE's alternatives fail to install without it.
mmdebstrap --variant=minbase --include="$packages" \
  --aptopt='APT::Install-Recommends "false"' \
  --dpkgopt='force-unsafe-io' \
  --dpkgopt='path-exclude=/usr/share/doc/*' \
  --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' \
  --essential-hook='mkdir -p "$1/usr/share/man/man1"' \
  trixie "$out/tree" 1>&2
echo 'lend-phase: making the disk'

tree=$out/tree
# The lab boots from its own initramfs; this one would only fill the disk.
rm -f "$tree"/boot/initrd.img-*
# dash starts in a tenth of bash's time under emulation; every command in the lab goes through root's shell.
sed -i 's,^\(root:.*:\)/bin/bash$,\1/bin/sh,' "$tree/etc/passwd"
rm -f "$tree"/etc/ssh/ssh_host_*
mkdir -p "$tree/opt/lend" "$tree/run/sshd"
echo lab > "$tree/etc/hostname"
echo '127.0.0.1 localhost lab' > "$tree/etc/hosts"

# A lab that keeps its state boots with systemd. What nobody misses there is not part of its boot, since each program that
# starts costs a tenth of a second under emulation, and libvirt twenty: it starts by its socket. All of it can be started
# or enabled there. The caches of hardware names, libraries and messages are as the packages made them.
for unit in libvirtd.service libvirt-guests.service virtlogd.service machines.target \
  systemd-logind.service systemd-user-sessions.service dbus.service getty.target e2scrub_reap.service '*.timer' \
  sshd-keygen.service systemd-hwdb-update.service ldconfig.service systemd-journal-catalog-update.service \
  systemd-firstboot.service systemd-sysusers.service systemd-update-done.service 'systemd-tpm2-*' 'systemd-pcr*' \
  systemd-pstore.service systemd-binfmt.service proc-sys-fs-binfmt_misc.automount systemd-hibernate-clear.service \
  'systemd-ask-password-*' systemd-random-seed.service systemd-udev-load-credentials.service dev-mqueue.mount \
  sys-fs-fuse-connections.mount sys-kernel-config.mount sys-kernel-tracing.mount; do
  find "$tree/etc/systemd/system" "$tree/usr/lib/systemd/system" -path "*.wants/$unit" -delete
done
for generator in debug getty gpt-auto hibernate-resume import rc-local run ssh system-update sysv tpm2; do
  rm -f "$tree/usr/lib/systemd/system-generators/systemd-$generator-generator"
done

run() {
  program=$1
  shift
  "$tree/lib64/ld-linux-x86-64.so.2" --library-path "$tree/usr/lib/x86_64-linux-gnu" "$tree$program" "$@"
}

# The kernel is unpacked here, once, not at each boot under emulation. Its place in the file is in its setup header
# (Documentation/arch/x86/boot.rst: setup_sects at 0x1f1, payload_offset at 0x248, payload_length at 0x24c; the last
# four bytes of the payload are its unpacked size).
mv "$tree"/boot/vmlinuz-* "$out/vmlinuz"
number() { od -A n -j "$1" -N "$2" -t "u$2" "$out/vmlinuz" | tr -d ' '; }
start=$((($(number 497 1) + 1) * 512 + $(number 584 4)))
length=$(($(number 588 4) - 4))
tail -c "+$((start + 1))" "$out/vmlinuz" | head -c "$length" | run /usr/bin/zstd -q -d -c > "$out/vmlinux"

size=$(du -sm "$tree" | cut -f1)
run /usr/sbin/mke2fs -q -F -t ext4 -O ^has_journal -m 0 -E lazy_itable_init=1 -L lend-lab \
  -d "$tree" "$out/root.ext4" "$((size + 200))M" 1>&2
