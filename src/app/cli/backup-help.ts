export const BACKUP_HELP = `备份：正在运行的两个数据库（经办端、税务端在同一台服务器时）、密钥与时钟，业务不停

用法：npx tongzheng backup 目录

  目录       放备份的地方，须不存在或为空；做完才有这个名字，中断的下次重来

备份哪个库：DATABASE_URL（角色要有 REPLICATION）；没有时是 TONGZHENG_DATA（默认 ./data）里的内嵌数据库，运行着或停着都可以。
不需要 pg_dump、pg_basebackup。备份里有密钥和全部个人信息，请同数据库一样保管。
`;

export const RESTORE_HELP = `恢复：把备份放进一个新的数据目录，等数据库恢复，再核对八条承诺；退出码 0 表示没有违反

用法：npx tongzheng restore 备份目录 --to 数据目录 [--at 时刻 --log 归档目录] [--only-files]
      npx tongzheng restore 备份目录 --check

  --to          新的数据目录，须不存在或为空；中断后再运行同一条命令即可
  --at          恢复到备份之后的这一时刻（真实时间，北京时间），如 "2026-11-21 10:00"；latest 为日志的尽头
  --log         归档的日志所在目录，默认 TONGZHENG_WAL_ARCHIVE
  --only-files  只取出文件，交给自己的 PostgreSQL 启动，不启动、不核对
  --region      只核对这个统筹区，它须有参保单位；默认是库里的每一个
  --check       只逐字节核对备份，不写任何东西

恢复后启动：TONGZHENG_DATA=数据目录 npm start
`;
