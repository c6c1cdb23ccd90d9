"""Tabular records: a source's fields declared in conf become typed, checked, scrubbed rows with question and answer.

Every step is a function DataFrame -> DataFrame over columns ``v_<name>`` (values), ``flags`` and ``rejections``
(arrays of reasons); nothing is dropped, a row that breaks its declaration carries the reason.
"""
