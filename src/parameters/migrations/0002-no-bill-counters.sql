-- Bill numbers are no longer counted here: a row for every second in which a bill was issued stayed for ever.
delete from parameters_counter where name like 'billNo/%';
