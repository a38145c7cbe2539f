#!/bin/sh
# What lend-boot.service runs. One device that needs a person does not keep the VFs of the others from being made.
here=${0%/*}
"$here/lend" recover "$@"
ended=$?
"$here/lend" vf restore "$@"
made=$?
# After that: the device may be one of these VFs.
"$here/lend" boot restore "$@"
bound=$?
[ "$ended" -eq 0 ] || exit "$ended"
[ "$made" -eq 0 ] || exit "$made"
exit "$bound"
