"""Writes the test vectors of PageSeal from SPEC.md alone, without code of the implementation."""
