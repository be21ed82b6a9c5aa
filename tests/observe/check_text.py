#!/usr/bin/env python3
"""Reads what metrics_program writes with the parsers of Prometheus' Python client, and compares every sample with what was counted.
check_text.py PROGRAM [PROMTOOL]: with the latter, `promtool check metrics` reads the older format, too."""
import math
import subprocess
import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

ROUTE_B = '/b\\"quoted"\n'
TRACE = "4bf92f" + "0" * 26


def check(condition, what):
    if not condition:
        sys.exit(f"check_text: {what}")


def expected_values():
    zone = {"zone": "eu"}
    return [
        ("shop_requests_total", {"http_route": "/a", **zone}, 8),
        ("shop_requests_total", {"http_route": ROUTE_B, **zone}, 5),
        ("shop_work_total", zone, 0),
        ("shop_open", zone, -2),
        ("shop_usage_ratio", zone, 0.25),
        ("shop_odd", {"kind": "plus", **zone}, math.inf),
        ("shop_odd", {"kind": "minus", **zone}, -math.inf),
        ("shop_level_celsius", zone, 21.5),
        ("shop_duration_seconds_count", zone, 1001),
        ("shop_duration_seconds_sum", zone, 500.502),
        ("shop_size_bytes_count", {"way": "in", **zone}, 2),
        ("shop_size_bytes_sum", {"way": "in", **zone}, 1000 + 2**30),
        ("shop_size_bytes_bucket", {"way": "in", "le": "511.0", **zone}, 0),
        ("shop_size_bytes_bucket", {"way": "in", "le": "1023.0", **zone}, 1),
        ("shop_size_bytes_bucket", {"way": "in", "le": "+Inf", **zone}, 2),
        ("target_info", {"service_name": "shop", "service_version": "1.2"}, 1),
    ]


def check_samples(families):
    samples = {}
    for family in families:
        for sample in family.samples:
            key = (sample.name, tuple(sorted(sample.labels.items())))
            check(key not in samples, f"{key} is there twice")
            samples[key] = sample
    for name, labels, value in expected_values():
        sample = samples.get((name, tuple(sorted(labels.items()))))
        check(sample is not None, f"no {name} {labels} in {sorted(samples)[:40]}")
        check(sample.value == value, f"{name} {labels} is {sample.value}, expected {value}")
    check(math.isnan(samples[("shop_odd", (("kind", "nan"), ("zone", "eu")))].value), "the number that is none")
    buckets = [(float(dict(key[1])["le"]), sample.value) for key, sample in samples.items() if key[0] == "shop_duration_seconds_bucket"]
    for bound, count in buckets:
        milliseconds = [1, 2, *range(2, 1001)]
        check(count == sum(ms <= bound * 1000 for ms in milliseconds), f"{count} durations up to {bound} s")
    check(len(buckets) == 31, f"{len(buckets)} buckets of durations")
    return samples


def check_families(families):
    kinds = {family.name: family.type for family in families}
    for name, kind in {"shop_requests": "counter", "shop_open": "gauge", "shop_usage_ratio": "gauge", "shop_duration_seconds": "histogram"}.items():
        check(kinds.get(name) == kind, f"{name} is a {kinds.get(name)}, expected a {kind}")
    texts = {family.name: family.documentation for family in families}
    check(texts["shop_requests"] == 'Requests "served"\\so far.\nAll.', f"help is {texts['shop_requests']!r}")


def main():
    program = sys.argv[1]
    text = subprocess.run([program, "text"], check=True, capture_output=True, text=True).stdout
    families = list(parse_text(text))
    check_samples(families)
    check_families(families)

    openmetrics = subprocess.run([program, "openmetrics"], check=True, capture_output=True, text=True).stdout
    families = list(parse_openmetrics(openmetrics))
    samples = check_samples(families)
    check_families(families)
    units = {family.name: family.unit for family in families}
    check(units["shop_duration_seconds"] == "seconds" and units["shop_usage_ratio"] == "ratio" and units["shop_open"] == "", f"units {units}")
    exemplar = samples[("shop_requests_total", (("http_route", "/a"), ("zone", "eu")))].exemplar
    check(exemplar.labels == {"trace_id": TRACE, "span_id": "00f067" + "0" * 10} and exemplar.value == 1, f"exemplar {exemplar}")
    examples = [sample for key, sample in samples.items() if key[0] == "shop_duration_seconds_bucket" and sample.exemplar]
    check(len(examples) == 1 and examples[0].exemplar.value == 0.002 <= float(examples[0].labels["le"]) < 0.004, f"exemplars {examples}")
    created = samples[("shop_requests_created", (("http_route", "/a"), ("zone", "eu")))].value
    check(1.6e9 < created <= float(exemplar.timestamp), f"created at {created}, used at {exemplar.timestamp}")

    checked = f"{len(samples)} samples agree"
    if len(sys.argv) > 2:
        lint = subprocess.run([sys.argv[2], "check", "metrics"], input=text, capture_output=True, text=True)
        check(lint.returncode == 0, f"promtool: {lint.stdout}{lint.stderr}")
        checked += ", promtool has nothing to say"
    print(checked)


main()
