"""What an id on the command line can be."""

LARGEST = 2**63 - 1
"""The databases keep ids in 64 bits; Zendesk's are far smaller."""
SMALLEST = -LARGEST
"""A ticket without a readable id is shown, and dropped, under a negative one."""
