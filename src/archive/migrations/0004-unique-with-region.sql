-- Every unique key holds the region, so that the tables can be spread over machines by it; the code first: it is looked up alone.
alter table archive_document
  drop constraint archive_document_auth_code_key,
  add constraint archive_document_auth_code unique (auth_code, region);
alter table archive_signing_key
  drop constraint archive_signing_key_certificate_sha256_key,
  add constraint archive_signing_key_certificate unique (certificate_sha256, region);
