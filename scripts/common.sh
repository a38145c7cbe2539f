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
  say "installing $1 (apt-get install $1) ..."
  mkdir -p target
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$1" \
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

# Sets maven_repo to where Maven keeps its downloads.
need_cache() {
  if [ -n "${XDG_CACHE_HOME:-}" ]; then
    maven_repo=$XDG_CACHE_HOME/lend/maven
  elif [ -n "${HOME:-}" ]; then
    maven_repo=$HOME/.cache/lend/maven
  else
    give_up "needs a place for downloads: set HOME or XDG_CACHE_HOME."
  fi
  mkdir -p "$maven_repo" 2>/dev/null && [ -w "$maven_repo" ] ||
    give_up "cannot write to $maven_repo, where Maven's downloads go. Set XDG_CACHE_HOME to a directory that is yours."
  mkdir -p target 2>/dev/null && [ -w target ] ||
    give_up "cannot write to $here/target, where Lend is built. Copy the sources to a directory that is yours."
}

# One build at a time. The lock ends with the processes that hold it, however they end.
lock_target() {
  exec 9>target/.lock
  flock -n 9 && return
  say "another start is building Lend; waiting for it ..."
  flock 9
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
  maven_once "$@" && return
  # A download that was cut off is remembered as a failure for a day; ask again, once.
  grep -q -E 'Could not (transfer|resolve|find artifact)|could not be resolved|Premature end|zip END header' \
    "$maven_log" || return 1
  say "a download failed; trying once more ..."
  find "$maven_repo" -name '*.lastUpdated' -delete
  maven_once -U "$@"
}

maven_once() {
  rm -f target/.status
  {
    # C1 alone is the faster compiler for a build of this size.
    MAVEN_OPTS="-XX:+UseSerialGC -XX:TieredStopAtLevel=1 ${MAVEN_OPTS:-}" \
      mvn -B -Dstyle.color=never -Dmaven.repo.local="$maven_repo" "$@" 2>&1 </dev/null
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
