"""The pure core: facts and policy in, a plan out. No I/O, no clock, no randomness, no logging."""
