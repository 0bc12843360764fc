#!/usr/bin/env bash
# Builds a project that contains pol by add_subdirectory: it gets the libraries, and neither pol's tests
# nor its install rules.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/CMakeLists.txt" <<TEXT
cmake_minimum_required(VERSION 3.22)
project(parent LANGUAGES C)
enable_testing()
add_subdirectory("$POL_SOURCE" pol)
foreach(kind IN ITEMS pol static)
  add_executable(app_\${kind} "$POL_SOURCE/tests/packaging/consumer/consumer.c")
  target_link_libraries(app_\${kind} PRIVATE pol::\${kind})
  add_test(NAME \${kind} COMMAND app_\${kind})
endforeach()
TEXT
{
    cmake -S "$work" -B "$work/build" -DCMAKE_C_COMPILER="$POL_CC" -DCMAKE_C_FLAGS="$POL_CFLAGS -O0" &&
        cmake --build "$work/build" -j "$(nproc)" --target app_pol app_static
} >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
ctest --test-dir "$work/build" --output-on-failure | tee "$work/log"
grep -q '100% tests passed, 0 tests failed out of 2$' "$work/log"
cmake --install "$work/build" --prefix "$work/prefix" >"$work/log"
[ ! -e "$work/prefix/include" ] || { echo "a subproject must not install pol"; exit 1; }
