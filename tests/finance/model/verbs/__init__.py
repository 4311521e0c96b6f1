"""The rules of the machines: one module for each noun, each verb with what it should do to the accounts."""
