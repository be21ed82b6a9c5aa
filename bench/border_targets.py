"""What crossing the border between C++ and JavaScript is to cost: the rows of `run.py border`. Data only; target_rows.py measures and judges.

The anchor is the engine's own C API in the same program (bench/js/border.cpp).
"""

from targets import Row, share

JSC = "jsc-c-api"

ROWS = [
    Row(1, "C++ calls f(1, 2), a number comes back", "cpp_calls_js", ("time",), targets=(share(1.1, JSC, "1.1 of the C API"),)),
    Row(2, "JavaScript calls f(1, 2), a number comes back", "js_calls_cpp", ("time",), targets=(share(1.3, JSC, "1.3 of the C API"),)),
    Row(3, "struct of 5 fields to JavaScript, and a call", "struct_to_js", ("time",)),
    Row(3, "the same without Scope::key", "struct_to_js", ("time",), ("uncached",)),
    Row(4, "struct of 5 fields to C++, and a call", "struct_to_cpp", ("time",)),
    Row(5, "vector of 1,000 numbers to JavaScript, and a call", "vector_to_js", ("time",)),
    Row(6, "vector of 1,000 numbers to C++, and a call", "vector_to_cpp", ("time",)),
]

DIVISORS = {}
