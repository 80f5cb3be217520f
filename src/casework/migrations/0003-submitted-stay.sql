-- Workbooks that were submitted stay with their case for years: what is open or too old is found without reading them.
create index casework_workbook_open on casework_workbook (region, employer_no, item_code, uploaded_at) where submitted_case is null;
create index casework_workbook_old on casework_workbook (region, keep_until) where submitted_case is null;
