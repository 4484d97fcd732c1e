"""What can befall the site, done to it for real: `make drill`.

`faults` has each fault; while one holds, a writer publishes and the pages are asked. `kills` has
writers that are killed at a random moment. After each, `checks` looks whether anything that was
confirmed to its caller is lost, and whether anything is wrong: index and database differ, a chain
of versions is broken, the public is shown what it must not see. `__main__` runs all of it on a
throwaway site and, where it may mount one, a small disk.
"""
