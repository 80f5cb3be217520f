-- The month's run reads the wages from the index alone (index-only scan), and an undone case finds what it had replaced.

drop index wages_declaration_current;
create unique index wages_declaration_current on wages_declaration (region, employer_no, person_no, month_from)
  include (basis, wage_fen) where superseded_at is null;
create index wages_declaration_superseded on wages_declaration (region, superseded_case) where superseded_case is not null;
