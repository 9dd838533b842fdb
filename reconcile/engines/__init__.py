"""The straight line on many machines: the plan of shards, what is done in each part, and who moves the data.

``plan`` and ``kernels`` know nothing of any engine: tables in, tables out. ``spark`` moves the tables.
"""
