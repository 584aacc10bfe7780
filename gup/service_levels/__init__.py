"""The arithmetic of promises: pure Python, no table, no Django. A verdict never depends on a job having run.

Every instant is an int: seconds since the epoch, UTC.
"""
