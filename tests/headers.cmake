# Compiles every public header alone (CMake's VERIFY_INTERFACE_HEADER_SETS), in a build tree of its own: declarations only, since
# the bodies are in the other tests, and compiling them once per header would take many minutes.
# usage: cmake -D SOURCE=<source tree> -D COMPILER=<c++> -D LAUNCHER=<ccache or nothing> -D WORK=<folder> -P headers.cmake
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${output}")
  endif()
endfunction()

run(${CMAKE_COMMAND} -S ${SOURCE} -B ${WORK} -G Ninja
    -D CMAKE_CXX_COMPILER=${COMPILER} -D CMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}
    "-DCMAKE_CXX_FLAGS=-DREFRACT_SEPARATE_COMPILATION -O0 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror"
    -D REFRACT_BUILD_SERVER=OFF -D REFRACT_BUILD_TESTS=OFF -D REFRACT_BUILD_EXAMPLES=OFF -D REFRACT_INSTALL=OFF)
run(${CMAKE_COMMAND} --build ${WORK} --target all_verify_interface_header_sets)
