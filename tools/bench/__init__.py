"""Benchmarks of accuracy, speed, memory and relevance: `make bench`.

Each module in `__main__.BENCHES` has a `run` that yields tables, in a separate process with a
throwaway site. CORPUS=/folder supplies releases (dev.jsonl.gz), judged queries (judgements.json),
and text files with their expected fields (raw/, expected.json). Without it a seeded generator
writes releases and files, and the judged queries are those of the tests.
"""
