export const KEYS_HELP = `密钥：在数据目录的 keys/ 里备好收发双方的签名密钥与签章密钥，已有的不动

用法：npx tongzheng keys [数据目录]

默认 TONGZHENG_DATA 或 ./data。npm start 会自动做这一步；两端各自部署时用它，再把各自的文件放到各自的机器上。
`;
