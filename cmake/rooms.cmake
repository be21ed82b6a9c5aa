# What every target of ours is compiled with, and how a room is declared.

add_library(millrace_options INTERFACE)
target_compile_features(millrace_options INTERFACE cxx_std_23)
target_compile_options(millrace_options INTERFACE -fno-omit-frame-pointer)
if(NOT MILLRACE_SANITIZE)
  target_compile_options(millrace_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
    -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual -Wcast-align)
  if(MILLRACE_WERROR)
    target_compile_options(millrace_options INTERFACE -Werror)
  endif()
else()
  # Warnings are for the builds without sanitizers, which read each file by itself: what a compiler says of instrumented code, and of files
  # that are read together, is mostly about the instruments.
  target_compile_options(millrace_options INTERFACE -w)
  if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
    target_compile_options(millrace_options INTERFACE -fbracket-depth=2048)  # what folds over a long list counts as nested
  endif()
  target_compile_options(millrace_options INTERFACE -fsanitize=${MILLRACE_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(millrace_options INTERFACE -fsanitize=${MILLRACE_SANITIZE})
  if(MILLRACE_JS AND MILLRACE_SANITIZE MATCHES undefined)
    # The engine is built without run-time type information and shares weak functions of the standard library with us: its objects, seen
    # by our instrumented copy, look as if they had no valid vtable.
    target_compile_options(millrace_options INTERFACE -fno-sanitize=vptr)
  endif()
endif()

# What the sanitizers must know of the engine's library, for every test; harmless without sanitizers.
set(MILLRACE_SANITIZER_OPTIONS
  "ASAN_OPTIONS=detect_stack_use_after_return=0"  # the engine's collector scans the real stack for references
  "LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/support/lsan.supp:print_suppressions=0"
  "TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/support/tsan.supp:report_signal_unsafe=0")
if(MILLRACE_SANITIZE MATCHES thread)
  # The engine stops threads by signals, which the sanitizer holds back until the thread calls something it knows; it polls instead here.
  list(APPEND MILLRACE_SANITIZER_OPTIONS "JSC_usePollingTraps=1" "JSC_useConcurrentGC=0")
endif()

# What most files of ours include of the standard library, read once for all of them; a third of a build's time went into it. A file that includes
# too little is not found out by this: tests/architecture/check_std_includes.py looks for it, and builds without tests read files as they are.
if(MILLRACE_TESTS AND NOT MILLRACE_SANITIZE)
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/std_headers.cpp CONTENT "// Only its precompiled header is wanted.\n")
  foreach(kind IN ITEMS millrace_std_headers millrace_std_headers_of_modules)
    add_library(${kind} OBJECT ${CMAKE_BINARY_DIR}/std_headers.cpp)
    target_link_libraries(${kind} PRIVATE millrace_options)
    target_precompile_headers(${kind} PRIVATE <algorithm> <array> <atomic> <charconv> <chrono> <expected> <functional> <map> <memory> <mutex>
      <optional> <span> <string> <string_view> <thread> <unordered_map> <utility> <variant> <vector>)
  endforeach()
  set_target_properties(millrace_std_headers_of_modules PROPERTIES POSITION_INDEPENDENT_CODE ON)  # see millrace_loaded_module
  target_compile_options(millrace_std_headers_of_modules PRIVATE -fno-semantic-interposition)
endif()

# How everything but tests is compiled. Builds with sanitizers read the headers of eight files at once, which halves the time they take. That
# each file includes what it uses of ours, the builds without sanitizers prove, which take them one by one.
function(millrace_read_together target)
  if(MILLRACE_SANITIZE)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
  elseif(MILLRACE_TESTS)
    target_precompile_headers(${target} REUSE_FROM millrace_std_headers)
  endif()
endfunction()

# With sanitizers the rooms are compiled as they always are; what only uses them, without optimisation, which halves the time.
function(millrace_compile_fast target)
  if(MILLRACE_SANITIZE)
    target_compile_options(${target} PRIVATE -O0)
  endif()
endfunction()

# What all test programs read first, read once for all of them. Headers of ours are not among it: a change of one would compile everything anew.
if(MILLRACE_TESTS)
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/test_headers.cpp CONTENT "// Only its precompiled header is wanted.\n")
  add_library(millrace_test_headers OBJECT ${CMAKE_BINARY_DIR}/test_headers.cpp)
  target_link_libraries(millrace_test_headers PRIVATE millrace_options GTest::gmock_main Threads::Threads)
  target_precompile_headers(millrace_test_headers PRIVATE <gmock/gmock.h> <gtest/gtest.h>)
  millrace_compile_fast(millrace_test_headers)
endif()

# millrace_tests_of_this_build(NAME FILES): keeps, of a part's tests in the variable that FILES names, those that this build has. The thread
# sanitizer compares what threads do with each other, so it has nothing to look at where there is one: its build leaves out the parts whose tests
# start none, and in some rooms, whose tests with threads say so, the files that speak neither of threads nor of the audit log, whose writer is one.
set(millrace_without_threads subset subset_ddl subset_graph subset_job subset_keys subset_mariadb)
set(millrace_some_threads base time poll ingress loop promise observe)
function(millrace_tests_of_this_build name files)
  set(found ${${files}})
  if(NOT MILLRACE_TESTS)
    set(found "")
  elseif(MILLRACE_SANITIZE MATCHES thread)
    if(name IN_LIST millrace_without_threads)
      set(found "")
    elseif(name IN_LIST millrace_some_threads)
      foreach(file IN LISTS found)
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
        file(STRINGS ${file} words REGEX "[Tt]hread|[Aa]udit" LIMIT_COUNT 1)
        if(NOT words)
          list(REMOVE_ITEM found ${file})
        endif()
      endforeach()
    endif()
  endif()
  set(${files} ${found} PARENT_SCOPE)
endfunction()

# millrace_test_program(TARGET): how every program made of *_test.cpp is compiled. Tests are read together in every build, for much of their time
# goes into what each would read and instantiate again: eight at once where sanitizers make that dear, four where somebody edits one and waits.
function(millrace_test_program target)
  set(together 4)
  if(MILLRACE_SANITIZE)
    set(together 8)
  endif()
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(${target} PRIVATE millrace_options GTest::gmock_main Threads::Threads)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${together})
  target_precompile_headers(${target} REUSE_FROM millrace_test_headers)
  millrace_compile_fast(${target})
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    target_compile_options(${target} PRIVATE -Wno-subobject-linkage)  # what a file keeps to itself looks as if it came from a header
  endif()
  add_dependencies(millrace_unit_tests ${target})
endfunction()

# millrace_room(NAME SOURCES file... USES room... [LINKS target...] [SHARDS n] [FLAT])
# A library of its own for each room. Include paths reach include/ and src/; which of them a room may name is the law that
# tests/architecture checks, and a room that is not linked cannot be used by accident. FLAT: the tests of its folders are not its own, but of the parts that these are.
function(millrace_room name)
  cmake_parse_arguments(ROOM "FLAT" "SHARDS" "SOURCES;USES;LINKS" ${ARGN})
  add_library(millrace_${name} STATIC ${ROOM_SOURCES})
  add_library(millrace::${name} ALIAS millrace_${name})
  target_include_directories(millrace_${name} PUBLIC ${PROJECT_SOURCE_DIR}/include PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_compile_features(millrace_${name} PUBLIC cxx_std_23)
  target_link_libraries(millrace_${name} PRIVATE $<BUILD_INTERFACE:millrace_options> ${ROOM_LINKS})
  foreach(used IN LISTS ROOM_USES)
    target_link_libraries(millrace_${name} PUBLIC millrace_${used})
  endforeach()
  millrace_read_together(millrace_${name})
  if(ROOM_FLAT)
    millrace_folder_tests(${name})
  else()
    millrace_room_tests(${name} ${ROOM_SHARDS})
  endif()
endfunction()

# millrace_part(ROOM NAME SOURCES file... [USES part...] [LINKS target...])
# A folder of a room that is a library of its own, millrace_ROOM_NAME, for those who do not want what it links. USES names libraries of ours without "millrace_".
function(millrace_part room name)
  cmake_parse_arguments(PART "" "" "SOURCES;USES;LINKS" ${ARGN})
  set(part ${room}_${name})
  add_library(millrace_${part} STATIC ${PART_SOURCES})
  add_library(millrace::${part} ALIAS millrace_${part})
  target_include_directories(millrace_${part} PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(millrace_${part} PUBLIC millrace_${room} PRIVATE $<BUILD_INTERFACE:millrace_options> ${PART_LINKS})
  foreach(used IN LISTS PART_USES)
    target_link_libraries(millrace_${part} PUBLIC millrace_${used})
  endforeach()
  millrace_read_together(millrace_${part})
  millrace_folder_tests(${part} ${PART_LINKS})
endfunction()

# Tests of one folder, as unit.NAME; ARGN: what they link beside the library.
function(millrace_folder_tests name)
  file(GLOB tests CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*_test.cpp)
  millrace_tests_of_this_build(${name} tests)
  if(NOT tests)
    return()
  endif()
  add_executable(${name}_test ${tests})
  target_link_libraries(${name}_test PRIVATE millrace_${name} ${ARGN})
  millrace_test_program(${name}_test)
  add_test(NAME unit.${name} COMMAND ${name}_test)
  set_tests_properties(unit.${name} PROPERTIES LABELS "unit;sanitized" TIMEOUT 300 COST 200 ENVIRONMENT "${MILLRACE_SANITIZER_OPTIONS}")
endfunction()

# Unit tests stand beside the code: every *_test.cpp of a room, its folders included, goes into one program, <room>_test; millrace_unit_tests builds all of these and
# nothing else.
add_custom_target(millrace_unit_tests)
function(millrace_room_tests name)
  file(GLOB_RECURSE tests CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*_test.cpp)
  millrace_tests_of_this_build(${name} tests)
  if(NOT tests)
    return()
  endif()
  add_executable(${name}_test ${tests})
  target_link_libraries(${name}_test PRIVATE millrace_${name})
  millrace_test_program(${name}_test)
  # A long suite runs in several processes and starts early, or the other processors wait for it in the end.
  if(NOT ARGN)
    add_test(NAME unit.${name} COMMAND ${name}_test)
    set_tests_properties(unit.${name} PROPERTIES LABELS "unit;sanitized" TIMEOUT 300 COST 200 ENVIRONMENT "${MILLRACE_SANITIZER_OPTIONS}")
    return()
  endif()
  foreach(shard RANGE 1 ${ARGN})
    math(EXPR index "${shard} - 1")
    add_test(NAME unit.${name}.${shard} COMMAND ${name}_test)
    set_tests_properties(unit.${name}.${shard} PROPERTIES LABELS "unit;sanitized" TIMEOUT 300 COST 300
      ENVIRONMENT "${MILLRACE_SANITIZER_OPTIONS};GTEST_TOTAL_SHARDS=${ARGN};GTEST_SHARD_INDEX=${index}")
  endforeach()
endfunction()

# millrace_loaded_module(TARGET SOURCES file... LINKS target... CARRIES part...)
# A part of the millrace program that it loads only when it is asked for (src/cli/loaded_module.h). CARRIES names the libraries of ours that it has a copy of.
function(millrace_loaded_module target)
  cmake_parse_arguments(MODULE "" "" "SOURCES;LINKS;CARRIES" ${ARGN})
  # What goes into a module must be position-independent. Calls inside of the library stay direct, so nothing gets slower by it.
  foreach(part IN LISTS MODULE_CARRIES)
    set_target_properties(millrace_${part} PROPERTIES POSITION_INDEPENDENT_CODE ON)
    target_compile_options(millrace_${part} PRIVATE -fno-semantic-interposition)
    if(TARGET millrace_std_headers_of_modules)
      set_target_properties(millrace_${part} PROPERTIES PRECOMPILE_HEADERS_REUSE_FROM millrace_std_headers_of_modules)
    endif()
  endforeach()
  add_library(${target} MODULE ${MODULE_SOURCES})
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${target} PRIVATE ${MODULE_LINKS} millrace_options)
  # Its copies of our code are its own: nothing but the two functions that the program asks for is seen from outside.
  set_target_properties(${target} PROPERTIES CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib/millrace)
  target_link_options(${target} PRIVATE -Wl,--exclude-libs,ALL)
  if(NOT MILLRACE_SANITIZE)
    target_link_options(${target} PRIVATE -Wl,--no-undefined)
  endif()
endfunction()
