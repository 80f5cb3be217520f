#!/bin/sh
# 首次启动时建两个库、各自的角色和备份用的角色；官方镜像只在空数据目录上运行它。
set -eu
psql --set ON_ERROR_STOP=1 --username postgres \
  --set agency="$AGENCY_DB_PASSWORD" --set tax="$TAX_DB_PASSWORD" --set backup="$BACKUP_DB_PASSWORD" <<'SQL'
create role tongzheng login password :'agency';
create role tongzheng_tax login password :'tax';
create role tongzheng_backup login replication password :'backup';
create database tongzheng owner tongzheng;
create database tongzheng_tax owner tongzheng_tax;
revoke connect on database tongzheng_tax from public;
SQL
echo 'host replication tongzheng_backup all scram-sha-256' >> "$PGDATA/pg_hba.conf"
