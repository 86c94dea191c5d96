# Sourced by the launchers: find_jdk prints the folder of a JDK that is new enough, or nothing.
# shellcheck shell=bash

readonly JAVA_AT_LEAST=25

follow_links() {
  local path=$1 target
  while [ -L "$path" ]; do
    target=$(readlink "$path")
    case $target in
      /*) path=$target ;;
      *) path=$(dirname "$path")/$target ;;
    esac
  done
  printf '%s/%s\n' "$(cd -P "$(dirname "$path")" && pwd)" "$(basename "$path")"
}

# The major version of the JDK in a folder, 0 if there is none. Every JDK says it in its file "release".
jdk_version() {
  local version=0
  if [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ]; then
    version=$(sed -n 's/^JAVA_VERSION="\{0,1\}\([0-9]\{1,\}\).*/\1/p' "$1/release" | head -n 1)
  fi
  printf '%s\n' "${version:-0}"
}

# JAVA_HOME and the java of the PATH are somebody's choice; of the others the newest is taken.
find_jdk() {
  local home version best='' best_version=0
  if [ -n "${JAVA_HOME:-}" ] && [ "$(jdk_version "$JAVA_HOME")" -ge $JAVA_AT_LEAST ]; then
    printf '%s\n' "$JAVA_HOME"
    return
  fi
  if command -v java > /dev/null; then
    home=$(dirname "$(dirname "$(follow_links "$(command -v java)")")")
    if [ "$(jdk_version "$home")" -ge $JAVA_AT_LEAST ]; then
      printf '%s\n' "$home"
      return
    fi
  fi
  for home in /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* /usr/local/lib/jvm/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home ~/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    ~/.sdkman/candidates/java/* ~/.jdks/* ~/.jdk/* ~/.asdf/installs/java/* ~/.local/share/mise/installs/java/*; do
    version=$(jdk_version "$home")
    if [ "$version" -ge $JAVA_AT_LEAST ] && [ "$version" -gt "$best_version" ]; then
      best=$home
      best_version=$version
    fi
  done
  printf '%s\n' "$best"
}
