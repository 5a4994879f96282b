"""The same linking on Apache Spark, for lists that one machine cannot hold. See docs/develop/spark.md.

Nothing is decided here: values are read, compared, weighed and resolved by the very functions that `pipeline.link`
calls, on the part of the rows that a task holds. These modules only bring together what those functions need.
They import pyspark and are therefore loaded by name, by those who were asked for Spark.
"""
