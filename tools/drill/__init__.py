"""Fault injection on a running site: `make drill`.

`faults` defines the faults; during each, a writer publishes and pages are requested. `writers`
defines writers that are killed at random moments. After each, `checks` looks for lost confirmed
writes and for inconsistencies: index and database differ, a chain of versions is broken, something
unpublished is visible. Runs on a throwaway site and, where it may mount one, on a small disk.
"""
