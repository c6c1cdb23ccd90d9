"""Tabular records: fields declared in the configuration become typed, checked, scrubbed rows with question and answer.

Every step is a function DataFrame -> DataFrame over the columns ``v_<name>`` (values), ``flags`` and ``rejections``
(arrays of reasons). No row is dropped; one that violates its declaration carries the reason.
"""
