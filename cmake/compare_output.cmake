# Script: runs PROGRAM with FILE (or the list ARGUMENTS) and compares what it prints with EXPECTED.
if(FILE)
  set(ARGUMENTS run ${FILE})
endif()
execute_process(COMMAND ${PROGRAM} ${ARGUMENTS} OUTPUT_VARIABLE printed RESULT_VARIABLE code)
file(READ ${EXPECTED} expected)
if(NOT code EQUAL 0 OR NOT printed STREQUAL expected)
  message(FATAL_ERROR "exit code ${code}; printed:\n${printed}\nexpected:\n${expected}")
endif()
