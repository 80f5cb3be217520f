-- Lines of bills and receipts are only added; 更正 writes the next revision.
create function tax_append_only() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name;
end $$;
create trigger tax_bill_line_append_only before update or delete or truncate on tax_bill_line
  for each statement execute function tax_append_only();
create trigger tax_receipt_line_append_only before update or delete or truncate on tax_receipt_line
  for each statement execute function tax_append_only();
