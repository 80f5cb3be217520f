-- The tax side's detail rows of a day whose totals differ: kept until all pages are here, because a difference is named by all groups together.
create table exchange_recon_page (
  region text not null,
  day date not null,
  insurance text not null,
  direction text not null,
  page int not null,
  pages int not null,
  rows jsonb not null,
  primary key (region, day, insurance, direction, page)
);
