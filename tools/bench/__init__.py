"""What the design promises of accuracy, speed, memory and relevance, measured: `make bench`.

Each module that `__main__.BENCHES` names measures one thing: its `run` yields tables. It gets a
process and a throwaway site of its own. CORPUS=/folder takes from there the releases
(dev.jsonl.gz), the judged queries (judgements.json) and the text files with what they say (raw/,
expected.json); without it a seeded generator writes releases and files, and the judged queries are
those of the tests.
"""
