"""What observing a program may cost: the rows of `run.py observe`. Data only; target_rows.py measures and judges.

The times are those of the requirement, in nanoseconds of the machine that measures. spdlog writes the same JSON by a pattern and a format
string, and hands each record to the system at once, as the JSON sink does; `spdlog@buffered` leaves it to stdio (bench/observe/spdlog.cpp).
"""

from targets import Row, limit, share

SPDLOG = ("spdlog", "spdlog@buffered")
FASTER = share(1.0, "spdlog", "not slower than spdlog")

ROWS = [
    Row(1, "log record at a level that is off, five fields", "log_off", ("time",), targets=(limit(1, "below 1 ns"),)),
    Row(1, "the same, lazy", "log_off_lazy", ("time",), targets=(limit(1, "below 1 ns"),)),
    Row(2, "JSON record with five fields, into /dev/null", "log_null", ("time",), targets=(limit(400, "below 400 ns"), FASTER), peers=SPDLOG),
    Row(2, "the same, allocations", "log_null", ("allocations",), targets=(limit(0, "none"),), peers=SPDLOG),
    Row(2, "the same, the line made and thrown away", "log_format", ("time",), targets=(limit(400, "below 400 ns"), FASTER)),
    Row(2, "the system call alone", "log_write_alone", ("time",)),
    Row(3, "JSON record with five fields, into a file on disk", "log_file", ("time",), targets=(FASTER,), peers=SPDLOG),
    Row(4, "scrape of 1,000 series over HTTP", "scrape_http", ("time",), targets=(limit(2000, "below 2 ms"),)),
    Row(4, "the same, the text alone", "scrape_text", ("time",), targets=(limit(2000, "below 2 ms"),)),
    Row(4, "the same, the snapshot alone", "scrape_snapshot", ("time",)),
    Row(4, "900 counters and 100 histograms, the text alone", "scrape_histograms", ("time",)),
    Row(5, "a counter", "count", ("time",)),
    Row(5, "a counter of a registry that is off", "count_off", ("time",)),
    Row(5, "a histogram", "record", ("time",)),
    Row(5, "a histogram, another thread does the same", "record_two_threads", ("time",)),
]

DIVISORS = {}
