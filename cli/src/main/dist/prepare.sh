# What Lend needs on a machine before Java runs: which Java, and the cache that makes it start fast.
# Sourced, never run: by the launcher next to it and by the scripts that build Lend.

lend_java_min=25

# Sets java_release to the feature release of the Java home $1 ("25.0.3" and "25-ea" are both 25), and
# java_runtime to the line that names the very build.
# Reads its release file, because starting each Java found would cost a second.
lend_release_of() {
  java_release=0 java_runtime=
  [ -r "$1/release" ] && [ -x "$1/bin/java" ] || return 1
  while IFS= read -r release_line || [ -n "$release_line" ]; do
    case $release_line in
      JAVA_RUNTIME_VERSION=*) java_runtime=$release_line ;;
      JAVA_VERSION=*)
        release_line=${release_line#JAVA_VERSION=}
        release_line=${release_line#\"}
        java_release=${release_line%%[!0-9]*}
        java_release=${java_release:-0}
        ;;
    esac
  done <"$1/release"
  [ "$java_release" != 0 ]
}

# True where $1 is a Java home new enough; with $2 = jdk only where it has a compiler too.
# Notes in java_seen what it had to pass over.
lend_fits() {
  lend_release_of "$1" || return 1
  if [ "$java_release" -lt "$lend_java_min" ]; then
    java_seen="$java_seen
  $1 is Java $java_release"
    return 1
  fi
  [ "${2:-}" != jdk ] || [ -x "$1/bin/javac" ] || {
    java_seen="$java_seen
  $1 is Java $java_release without a compiler (a JRE)"
    return 1
  }
}

# Sets java_home to a suitable Java: JAVA_HOME, then the one on the PATH, then those of the
# distribution. With $1 = jdk only one that can compile. Fails where there is none.
lend_find_java() {
  java_seen=
  if [ -n "${JAVA_HOME:-}" ]; then
    java_home=${JAVA_HOME%/}
    lend_fits "$java_home" "${1:-}" && return 0
    [ "$java_release" != 0 ] || java_seen="
  JAVA_HOME names no Java: $JAVA_HOME"
  fi
  java_on_path=$(command -v java) && {
    java_on_path=$(readlink -f "$java_on_path")
    java_home=${java_on_path%/bin/java}
    lend_fits "$java_home" "${1:-}" && return 0
  }
  for java_home in "${LEND_JVMS:-/usr/lib/jvm}"/*; do
    [ -h "$java_home" ] && continue
    lend_fits "$java_home" "${1:-}" && return 0
  done
  java_home=
  return 1
}

# Trains and writes the AOT caches of the program in $1 for the Java $2: list.aot for list and tree,
# look.aot for all that only looks, lend.aot for everything; and an index of the devices' names. They only help; where they
# cannot be made, Lend starts without.
lend_make_cache() {
  "$2" -Xlog:disable -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$1/lib/lend-cli-0.1.0.jar" \
    dev.lend.cli.TrainHost "$1/.host.$$" "$1/pci.idx" >/dev/null 2>&1 </dev/null
  for cache_kind in list look lend; do
    rm -f "$1/$cache_kind.aot"
    # The collector and the class path have to be the launcher's, or the cache is refused.
    if "$2" -XX:AOTCacheOutput="$1/.aot.$$" -Xlog:aot=off -Xlog:cds=off -XX:+UseSerialGC \
      -XX:TieredStopAtLevel=1 -cp "$1/lib/lend-cli-0.1.0.jar" dev.lend.cli.Train "$cache_kind" "$1/.host.$$" \
      >/dev/null 2>&1 </dev/null && [ -s "$1/.aot.$$" ]; then
      mv -f "$1/.aot.$$" "$1/$cache_kind.aot"
    fi
    rm -f "$1/.aot.$$" "$1/.aot.$$.config"
  done
  rm -rf "$1/.host.$$"
  lend_sums "$1" >"$1/.sums.$$"
  mv -f "$1/.sums.$$" "$1/.sums"
}

# Prints what the files for a fast start in $1 hold, as sums.
lend_sums() {
  (cd "$1" && cksum list.aot look.aot lend.aot pci.idx 2>/dev/null)
}

# True where the files for a fast start in $1 are as they were made.
lend_caches_whole() {
  [ "$(lend_sums "$1")" = "$(cat "$1/.sums" 2>/dev/null)" ]
}

# Remembers what the cache of the program in $1 was made with: the Java $2, this very directory, the
# build in it, and which release of Java; and since when the machine is up, for the caches are whole. Java
# itself does not see in every version that a jar is not the one that the cache was made from, and then
# runs the old classes (JDK-8377932); the launcher compares these instead.
lend_remember() {
  built= boot=
  [ -r "$1/.built" ] && IFS= read -r built <"$1/.built"
  [ -r /proc/sys/kernel/random/boot_id ] && IFS= read -r boot </proc/sys/kernel/random/boot_id
  lend_release_of "${2%/bin/java}"
  printf '%s\n%s\n%s\n%s\n%s\n' "$2" "$1" "$built" "$java_runtime" "$boot" >"$1/.prepared.$$" &&
    mv -f "$1/.prepared.$$" "$1/.prepared"
}
