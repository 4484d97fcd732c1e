"""Table of who may change what, by road and state, and the code that walks each road."""
