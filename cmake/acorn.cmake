# Acorn, the JavaScript parser behind ES modules: one file of Debian's package node-acorn, embedded into the js room. It is not part of this
# repository. The package itself would bring Node.js with it, so `./dev deps` fetches the package and unpacks that one file.
set(MILLRACE_ACORN "" CACHE FILEPATH "acorn.js to embed, when it is not where ./dev deps or the distribution puts it")
set(millrace_acorn_tested cb3b2d439857d6e4514d23a1219f6354c23498f5fa81fdf2691a5a9e53de43c0)  # 8.8.1, Debian 12

set(millrace_acorn ${MILLRACE_ACORN})
foreach(candidate IN ITEMS ${PROJECT_SOURCE_DIR}/build/deps/acorn.js /usr/share/nodejs/acorn/dist/acorn.js)
  if(NOT millrace_acorn AND EXISTS ${candidate})
    set(millrace_acorn ${candidate})
  endif()
endforeach()
if(NOT millrace_acorn OR NOT EXISTS ${millrace_acorn})
  message(FATAL_ERROR "acorn.js was not found${millrace_acorn}: run './dev deps', which fetches it, or give its path with "
    "-DMILLRACE_ACORN=... (it is dist/acorn.js of the npm or Debian package), or leave the js room out with -DMILLRACE_JS=OFF.")
endif()
file(STRINGS ${millrace_acorn} millrace_acorn_version REGEX "^  var version = \"[0-9.]+\";" LIMIT_COUNT 1)
string(REGEX REPLACE ".*\"([0-9.]+)\".*" "\\1" millrace_acorn_version "${millrace_acorn_version}")
if(NOT millrace_acorn_version MATCHES "^8\\." OR millrace_acorn_version VERSION_LESS 8.8)
  message(FATAL_ERROR "${millrace_acorn} is acorn '${millrace_acorn_version}'; 8.8 or a later 8.x is needed")
endif()
file(SHA256 ${millrace_acorn} millrace_acorn_sum)
if(millrace_acorn_sum STREQUAL millrace_acorn_tested)
  message(STATUS "Acorn ${millrace_acorn_version}: ${millrace_acorn}, as tested")
else()
  message(STATUS "Acorn ${millrace_acorn_version}: ${millrace_acorn}, SHA-256 ${millrace_acorn_sum}; tested is Debian's 8.8.1")
endif()
