"""The sentences of the program: fetch, plan, stage, deliver."""
