#!/usr/bin/env python3
"""Writes access.log, the input of examples/tour.js: one invented day of a small shop's web server.

Combined log format plus the request time in seconds. Everything follows from the seed, nothing from the clock, so the same
file comes out everywhere:  python3 make_access_log.py > access.log
Addresses are from the ranges reserved for documentation, hosts are under example.com.
"""
import random
import sys

SEED = 20260314
LINES = 6000
DAY_SECONDS = 24 * 3600

# How many requests an hour attracts, relative to the others: quiet night, lunch, busy evening.
HOUR_WEIGHTS = [3, 2, 1, 1, 1, 2, 4, 7, 10, 12, 12, 13, 16, 14, 12, 11, 11, 13, 16, 20, 22, 18, 11, 6]

# path, bytes, median seconds, spread. The slow ones are what the tour should find.
PAGES = [
    ('/', 5120, 0.020, 0.4), ('/products', 18200, 0.060, 0.5), ('/products/{n}', 9300, 0.045, 0.5),
    ('/search?q={word}', 14100, 0.320, 0.9), ('/cart', 4100, 0.050, 0.4), ('/checkout', 3900, 0.450, 0.6),
    ('/about', 2700, 0.012, 0.3), ('/blog/{n}', 11800, 0.035, 0.4), ('/api/stock/{n}', 420, 0.015, 0.6),
    ('/api/recommend', 2200, 0.700, 0.8), ('/login', 1800, 0.110, 0.4), ('/report.csv', 96000, 1.900, 0.5),
]
PAGE_WEIGHTS = [20, 14, 22, 9, 6, 3, 2, 6, 14, 5, 3, 0.6]
ASSETS = [('/assets/app.js', 48200), ('/assets/site.css', 12100), ('/assets/logo.svg', 2100)]
WORDS = ['lamp', 'chair', 'desk', 'shelf', 'garden', 'cushion', 'mirror']
BROWSERS = ['Mozilla/5.0 Safari/605.1', 'Mozilla/5.0 Firefox/140.0', 'Mozilla/5.0 Chrome/140.0', 'Mozilla/5.0 Chrome/140.0 Mobile']
BOTS = ['ExampleBot/2.1 (+https://bot.example.com/)', 'FeedReader/1.4 (+https://feeds.example.com/)']
PROBES = ['/wp-login.php', '/.env', '/admin/setup', '/old/catalogue.html', '/favicon-57.png', '/phpinfo.php']


class Log:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.entries = []  # (second of the day, sequence, text)

    def add(self, second, address, path, status, size, seconds, agent, referrer='-', method='GET'):
        second = min(max(int(second), 0), DAY_SECONDS - 1)
        stamp = f'14/Mar/2026:{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d} +0000'
        text = (f'{address} - - [{stamp}] "{method} {path} HTTP/1.1" {status} {size} '
                f'"{referrer}" "{agent}" {seconds:.3f}')
        self.entries.append((second, len(self.entries), text))

    def duration(self, median, spread):
        return max(0.001, median * self.random.lognormvariate(0, spread))

    def pick_second(self):
        hour = self.random.choices(range(24), HOUR_WEIGHTS)[0]
        return hour * 3600 + self.random.random() * 3600

    def page(self):
        path, size, median, spread = self.random.choices(PAGES, PAGE_WEIGHTS)[0]
        path = path.format(n=self.random.randint(1, 60), word=self.random.choice(WORDS)) if '{' in path else path
        return path, int(size * self.random.uniform(0.8, 1.2)), self.duration(median, spread)


def add_session(log, visitor):
    """A person: a few pages, some seconds apart, each page bringing an asset or two."""
    address, agent = visitor
    second = log.pick_second()
    referrer = log.random.choice(['-', 'https://www.example.com/', 'https://search.example.com/?q=shop'])
    for _ in range(log.random.randint(2, 9)):
        path, size, seconds = log.page()
        method = 'POST' if path in ('/checkout', '/login') else 'GET'
        status = 302 if method == 'POST' else log.random.choices([200, 304], [9, 1])[0]
        log.add(second, address, path, status, 0 if status != 200 else size, seconds, agent, referrer, method)
        for asset, asset_size in log.random.sample(ASSETS, log.random.choice([0, 0, 1, 2])):
            status = log.random.choice([200, 304])
            log.add(second + 1, address, asset, status, asset_size if status == 200 else 0, log.duration(0.004, 0.5), agent,
                    f'https://shop.example.com{path.split("?")[0]}')
        referrer = f'https://shop.example.com{path.split("?")[0]}'
        second += log.random.expovariate(1 / 40)


def add_bots(log):
    """Crawlers that walk the catalogue at an even pace, day and night."""
    for bot, agent in enumerate(BOTS):
        for step in range(280):
            second = step * DAY_SECONDS / 280 + log.random.uniform(0, 60)
            path = f'/products/{step % 60 + 1}' if bot == 0 else f'/blog/{step % 12 + 1}'
            log.add(second, f'198.51.100.{10 + bot}', path, 200, 9000, log.duration(0.04, 0.3), agent)


def add_bursts(log):
    """A vulnerability scan (404) at 03:20 and a failing database (500, slow) at 19:45."""
    for step in range(260):
        log.add(3 * 3600 + 1200 + step * 1.3, '203.0.113.66', log.random.choice(PROBES), 404, 190,
                log.duration(0.003, 0.4), 'curl/8.9.0')
    for _ in range(170):
        path = log.random.choice(['/checkout', '/cart', '/api/recommend'])
        log.add(19 * 3600 + 2700 + log.random.uniform(0, 420), f'192.0.2.{log.random.randint(1, 250)}', path,
                log.random.choices([500, 503], [3, 1])[0], 240, log.duration(4.0, 0.4), log.random.choice(BROWSERS))


def malformed(log):
    """Lines as they happen when a disk fills up, two writers share a file, or a client sends rubbish."""
    good = log.entries[0][2]
    return [
        good[:61],
        '192.0.2.77 - - [14/Mar/2026:08:00:',
        '203.0.113.5 - - [14/Mar/2026:25:61:00 +0000] "GET / HTTP/1.1" 200 5120 "-" "curl/8.9.0" 0.010',
        '203.0.113.9 - - [14/Mar/2026:10:11:12 +0000] "\\x16\\x03\\x01" 400 0 "-" "-" 0.001',
        '198.51.100.3 - - [14/Mar/2026:11:30:00 +0000] "GET /cart HTTP/1.1" OK 4100 "-" "-" 0.050',
        'nginx: worker process 4711 exited on signal 9',
        '192.0.2.15 - - [14/Mar/2026:21:02:44 +0000] "GET /products HTTP/1.1" 200 18200 "-" "Mozilla/5.0" fast',
    ]


def main():
    log = Log(SEED)
    broken_count = 7
    add_bots(log)
    add_bursts(log)
    visitors = [(f'{log.random.choice(["192.0.2", "203.0.113", "198.51.100"])}.{log.random.randint(20, 250)}',
                 log.random.choice(BROWSERS)) for _ in range(320)]
    # A few visitors come back all day, most come once or twice.
    weights = [1 / (rank + 1) ** 0.7 for rank in range(len(visitors))]
    while len(log.entries) < LINES - broken_count:
        add_session(log, log.random.choices(visitors, weights)[0])
    del log.entries[LINES - broken_count:]
    lines = [text for _, _, text in sorted(log.entries)]
    broken = malformed(log)
    assert len(broken) == broken_count
    for number, text in enumerate(broken):
        lines.insert((number + 1) * LINES // (broken_count + 1), text)
    sys.stdout.write('\n'.join(lines) + '\n')


if __name__ == '__main__':
    main()
