#!/usr/bin/env python3
"""A real Prometheus server scrapes metrics_program, and PromQL answers what was counted. check_prometheus.py PROGRAM PROMETHEUS. Everything is on
loopback and in a directory that is thrown away; both programs end with this one."""
import contextlib
import json
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

TOKEN = "t0ken-of-this-test"
CONFIG = """
global: {{scrape_interval: 1s, scrape_timeout: 1s}}
scrape_configs:
  - job_name: shop
    authorization: {{credentials: {token}}}
    static_configs: [{{targets: ['127.0.0.1:{port}']}}]
  - job_name: nobody
    static_configs: [{{targets: ['127.0.0.1:{port}']}}]
"""
DEADLINE_S = 25


def check(condition, what):
    if not condition:
        raise AssertionError(what)


@contextlib.contextmanager
def running(command, **options):
    process = subprocess.Popen(command, text=True, **options)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Prometheus:
    def __init__(self, port):
        self.base = f"http://127.0.0.1:{port}"

    def ask(self, path, **parameters):
        with urllib.request.urlopen(f"{self.base}{path}?{urllib.parse.urlencode(parameters)}", timeout=5) as answer:
            return json.load(answer)["data"]

    def query(self, expression):
        return [(one["metric"], float(one["value"][1])) for one in self.ask("/api/v1/query", query=expression)["result"]]

    def value(self, expression):
        answers = self.query(expression)
        check(len(answers) == 1, f"{expression} has {len(answers)} answers: {answers}")
        return answers[0][1]


def wait_until(question, what, until):
    while True:
        with contextlib.suppress(OSError, AssertionError):
            if question():
                return
        check(time.monotonic() < until, f"waited too long until {what}")
        time.sleep(0.1)


def check_answers(prometheus, started):
    check(prometheus.value('up{job="nobody"}') == 0, "a scrape without the token got in")
    for expression, expected in {
        'shop_requests_total{http_route="/a"}': 8,
        'shop_requests_total{http_route="/b\\\\\\"quoted\\"\\n"}': 5,
        "sum by (zone) (shop_requests_total)": 13,
        "shop_open": -2,
        "shop_usage_ratio": 0.25,
        'shop_odd{kind="plus"}': float("inf"),
        "shop_duration_seconds_count": 1001,
        'target_info{service_name="shop"}': 1,
        'shop_duration_seconds_bucket{le="+Inf"}': 1001,
    }.items():
        check(prometheus.value(expression) == expected, f"{expression} is {prometheus.value(expression)}, expected {expected}")
    labels = prometheus.query('shop_requests_total{http_route="/a"}')[0][0]
    check(labels["zone"] == "eu" and labels["job"] == "shop", f"labels {labels}")
    # Uniform from 0 to 1 s: inside a bucket that is full the server's interpolation is exact; the last one is known to its bounds.
    median = prometheus.value("histogram_quantile(0.5, shop_duration_seconds_bucket)")
    check(abs(median - 0.5) < 0.005, f"the median is {median}")
    high = prometheus.value("histogram_quantile(0.99, shop_duration_seconds_bucket)")
    check(0.536870911 < high <= 1.073741823, f"the 99th percentile is {high}")
    mean = prometheus.value("shop_duration_seconds_sum / shop_duration_seconds_count")
    check(abs(mean - 500.502 / 1001) < 1e-9, f"the mean is {mean}")
    rate = prometheus.value("rate(shop_work_total[4s])")
    check(abs(rate - 1000) < 150, f"the rate is {rate}")
    metadata = prometheus.ask("/api/v1/targets/metadata", metric="shop_duration_seconds")
    check(metadata[0]["type"] == "histogram" and metadata[0]["unit"] == "seconds", f"metadata {metadata}")
    exemplars = prometheus.ask("/api/v1/query_exemplars", query="shop_requests_total", start=started - 60, end=time.time() + 60)
    check(exemplars and exemplars[0]["exemplars"][0]["labels"]["trace_id"].startswith("4bf92f"), f"exemplars {exemplars}")


def main():
    program, server = (pathlib.Path(argument).resolve() for argument in sys.argv[1:])
    started = time.time()
    until = time.monotonic() + DEADLINE_S
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="millrace-prometheus-")))
        shop = stack.enter_context(running([program, "serve", TOKEN], stdin=subprocess.PIPE, stdout=subprocess.PIPE))
        (folder / "prometheus.yml").write_text(CONFIG.format(token=TOKEN, port=int(shop.stdout.readline())))
        with socket.socket() as probe:  # the server cannot say which free port it took
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        log = stack.enter_context(open(folder / "log", "w+"))
        stack.enter_context(running([server, f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data",
                                     f"--web.listen-address=127.0.0.1:{port}", "--enable-feature=exemplar-storage", "--log.level=warn"],
                                    cwd=folder, stdout=log, stderr=log))
        prometheus = Prometheus(port)
        try:
            wait_until(lambda: prometheus.value("count_over_time(shop_work_total[20s])") >= 5, "five scrapes were stored", until)
            check_answers(prometheus, started)
        except (AssertionError, OSError) as failure:
            log.seek(0)
            targets = ""
            with contextlib.suppress(OSError):
                targets = prometheus.ask("/api/v1/targets")
            sys.exit(f"check_prometheus: {failure}\n{targets}\n{log.read()}")
    print(f"Prometheus agrees, after {time.time() - started:.1f} s")


main()
