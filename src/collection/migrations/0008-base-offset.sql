-- 冲抵 may move a base without money: where a part of the fee is waived, or a paid month keeps its money while its base is corrected.
alter table collection_offset drop constraint if exists collection_offset_something;
