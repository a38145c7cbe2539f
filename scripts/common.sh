# What ./lend and ./test share: finding or installing a JDK and Maven, and building under a lock.
# Sourced by scripts that lie one directory below the root of the sources.

here=$(CDPATH= cd -- "${0%/*}/.." && pwd -P) || exit 2
cd "$here" || exit 2
. cli/src/main/dist/prepare.sh

say() {
  echo "lend: $*" >&2
}

# Ends with what has to be done by hand. Nothing has been changed when this is called.
give_up() {
  say "$*"
  exit 2
}

may_install() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null
}

# Installs the package $1, said beforehand.
install_package() {
  lock_cache -x
  say "installing $1 (apt-get install $1) ..."
  mkdir -p target
  # Another program may be installing something too: on a machine that has just been started, Debian itself.
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 install -y --no-install-recommends "$1" \
    >target/install.log 2>&1 </dev/null || {
    tail -n 15 target/install.log >&2
    give_up "installing $1 failed; the whole story is in $here/target/install.log."
  }
}

has_candidate() {
  LC_ALL=C apt-cache policy "$1" 2>/dev/null | grep -q '^ *Candidate: [^(]'
}

# Fresh containers come without package lists.
refresh_package_lists() {
  [ -z "${lists_fresh:-}" ] || return 0
  lists_fresh=yes
  lock_cache -x
  say "refreshing the package lists (apt-get update) ..."
  mkdir -p target
  apt-get update >target/install.log 2>&1 </dev/null || say "apt-get update failed; trying with what is there."
}

# Sets JAVA_HOME to a JDK that can build and run Lend.
need_java() {
  if ! lend_find_java jdk && may_install; then
    refresh_package_lists
    for release in $lend_java_min 26 27 28 29; do
      has_candidate "openjdk-$release-jdk-headless" || continue
      install_package "openjdk-$release-jdk-headless"
      break
    done
    lend_find_java jdk
  fi
  [ -n "$java_home" ] || give_up "needs a JDK $lend_java_min or newer, and finds none.$java_seen
Install one (Debian 13, as root: apt-get install openjdk-25-jdk-headless; elsewhere for example
Eclipse Temurin 25), below /usr/lib/jvm or with JAVA_HOME set to it."
  JAVA_HOME=$java_home
  export JAVA_HOME
}

need_maven() {
  command -v mvn >/dev/null && return
  may_install || give_up "needs Maven to be built. Install it (Debian, as root: apt-get install maven)."
  has_candidate maven || refresh_package_lists
  install_package maven
}

# Sets lend_cache to Lend's place for what it downloads, and maven_repo to where Maven keeps its share of it.
need_cache() {
  # The XDG rule, and so the lab's: a relative path there is to be ignored.
  case ${XDG_CACHE_HOME:-} in
    /*) lend_cache=$XDG_CACHE_HOME/lend ;;
    *)
      [ -n "${HOME:-}" ] || give_up "needs a place for downloads: set HOME or XDG_CACHE_HOME (an absolute path)."
      lend_cache=$HOME/.cache/lend
      ;;
  esac
  maven_repo=$lend_cache/maven
  mkdir -p "$maven_repo" 2>/dev/null && [ -w "$maven_repo" ] ||
    give_up "cannot write to $maven_repo, where Maven's downloads go. Set XDG_CACHE_HOME to a directory that is yours."
  mkdir -p target 2>/dev/null && [ -w target ] ||
    give_up "cannot write to $here/target, where Lend is built. Copy the sources to a directory that is yours."
}

# One build of these sources at a time; $1 says to others what this one does. The lock ends with the processes that
# hold it, however they end.
lock_target() {
  exec 9>>target/.lock
  if ! flock -n 9; then
    IFS= read -r holder <target/.lock || holder="building Lend"
    say "another start is $holder; waiting for it ..."
    flock 9
  fi
  echo "$1" >target/.lock
}

# Checkouts share one cache: to fill or mend it, or to install a package, one has it alone ($1 = -x); those that find
# in it what they need have it together (-s).
lock_cache() {
  [ "${cache_lock:-}" != "$1" ] || return 0
  exec 7>"$lend_cache/lock"
  flock -n "$1" 7 || {
    say "another start of Lend installs or downloads what it needs; waiting for it ..."
    flock "$1" 7
  }
  cache_lock=$1
}

unlock_cache() {
  exec 7>&-
  cache_lock=
}

sources_changed() {
  [ ! -e target/dist/.built ] ||
    [ -n "$(find pom.xml ./*/pom.xml ./*/src/main -newer target/dist/.built -print -quit)" ]
}

# What a killed build has left may look finished and be half a file, so it goes; a build that ended by
# itself, even badly, removes its mark. The stamp will be as old as the mark, the start of the build: a
# source that changes meanwhile is newer.
begin_build() {
  if [ -e target/.building ]; then
    rm -rf target/dist ./*/target/classes ./*/target/test-classes ./*/target/maven-status ./*/target/*.jar \
      ./*/target/generated-sources
  fi
  : >target/.building
}

finish_build() {
  say "preparing a fast start ..."
  lend_make_cache "$here/target/dist" "$JAVA_HOME/bin/java"
  cat target/dist/lib/*.jar | cksum >target/.stamp
  touch -r target/.building target/.stamp
  mv -f target/.stamp target/dist/.built
  lend_remember "$here/target/dist" "$JAVA_HOME/bin/java"
  rm -f target/.building
}

# Runs Maven with the arguments from $3 on; all that it says goes to the file $1, and line by line to
# the function $2, which shows what a person wants to see.
run_maven() {
  maven_log=$1 maven_show=$2
  shift 2
  # Present where the same was done before with this cache, so nothing has to be downloaded.
  filled=$maven_repo/.filled-$({ cat pom.xml ./*/pom.xml && echo "$*"; } | cksum | tr ' ' -)
  if [ -e "$filled" ]; then lock_cache -s; else lock_cache -x; fi
  maven_twice "$@" && : >"$filled"
  maven_status=$?
  unlock_cache
  return "$maven_status"
}

maven_twice() {
  maven_once "$@" && return
  if damaged_downloads >target/.damaged && [ -s target/.damaged ]; then
    lock_cache -x
    say "Maven's cache is damaged: downloading $(wc -l <target/.damaged) of its files again ..."
    while IFS= read -r damaged; do
      rm -f "$damaged" "$damaged.sha1"
    done <target/.damaged
  elif grep -q -E 'Could not (transfer|resolve|find artifact)|could not be resolved|Premature end|zip END header' \
    "$maven_log"; then
    say "a download failed; trying once more ..."
  else
    return 1
  fi
  # A download that was cut off is remembered as a failure for a day; ask again, once.
  find "$maven_repo" -name '*.lastUpdated' -delete
  maven_once -U "$@"
}

# Prints which files of Maven's cache differ from the sums that came with them.
damaged_downloads() {
  find "$maven_repo" -name '*.sha1' | while IFS= read -r sum; do
    hash=
    read -r hash rest <"$sum"
    [ ! -e "${sum%.sha1}" ] || printf '%s  %s\n' "$hash" "${sum%.sha1}"
  done | LC_ALL=C sha1sum --check --quiet 2>/dev/null | sed -n 's/: FAILED.*//p'
}

maven_once() {
  rm -f target/.status
  {
    # C1 alone is the faster compiler for a build of this size. -C: nothing that differs from its sum is kept.
    MAVEN_OPTS="-XX:+UseSerialGC -XX:TieredStopAtLevel=1 ${MAVEN_OPTS:-}" \
      mvn -B -C -Dstyle.color=never -Dmaven.repo.local="$maven_repo" "$@" 2>&1 </dev/null
    echo $? >target/.status
  } | {
    downloads=0
    while IFS= read -r line; do
      printf '%s\n' "$line" >&8
      case $line in
        *'] Downloaded from '* | 'Downloaded from '*)
          downloads=$((downloads + 1))
          [ $((downloads % 200)) != 0 ] || say "  $downloads files downloaded"
          ;;
        *'] Downloading from '* | 'Downloading from '* | Progress*) ;;
        *) $maven_show "$line" ;;
      esac
    done
  } 8>"$maven_log"
  read -r status <target/.status 2>/dev/null && [ "$status" = 0 ]
}

build_line() {
  case $1 in
    '[INFO] Building lend-'*)
      module=${1#'[INFO] Building lend-'}
      say "  ${module%% *}"
      ;;
  esac
}
