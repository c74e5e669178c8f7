"""Look at everything the worker needs and say how to mend what is wrong; writes nothing anywhere."""
