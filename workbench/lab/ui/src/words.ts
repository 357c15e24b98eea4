import { PageConfig } from '@jupyterlab/coreutils';

const en = {
  aged: 'The data are more than a day and a half old. Put newer report files into inbox/ and run the daily job.',
  alerts: 'Act first',
  alertsMore: 'and {count} more in the health dashboard',
  alertsNone: 'Nothing needs a decision today.',
  by: 'by {day}',
  category: 'Inventory',
  daily: 'Daily job',
  dashboard: 'Open dashboard: {name}',
  dashboards: 'Dashboards',
  dashboardsOff: 'Dashboards need the Voila extension, which this server has switched off.',
  dataThrough: 'data to {day}, loaded {time}',
  dataUnknown: 'data of unknown days, loaded {time}',
  details: 'What the server said',
  empty: 'No data yet',
  emptyTodo: 'Put report files into the folder inbox/ of this workspace, then run this in a terminal:',
  failed: 'The status could not be read',
  failedTodo: 'Correct what is named below, then refresh.',
  fresh: 'Data are fresh',
  health: 'Stock health',
  healthNone: 'No results yet. The daily job fills them:',
  lastRun: 'Last run',
  loading: 'Reading the workspace …',
  missing: 'This notebook is not here',
  missingTodo: 'JupyterLab was started in a folder without {path}. Start it in a workspace with: workbench lab',
  noRun: 'Never run. Start with:',
  noWorkspace: 'This folder is not a workspace',
  noWorkspaceTodo: 'Make one with sample data, or open the one you have:',
  notebook: 'Open notebook: {name}',
  notebooks: 'Notebooks',
  offline: 'The server does not answer. Is JupyterLab still running?',
  old: 'Data are old',
  open: 'Open',
  palette: 'Inventory',
  panel: 'Inventory workbench',
  refresh: 'Refresh',
  results: 'results of {day}',
  run: '{name}: {status}, {time}',
  run_bad_parameters: 'stopped: parameters do not fit',
  run_cancelled: 'cancelled',
  run_died: 'died half-way; nothing was published',
  run_failed: 'failed',
  run_ok: 'finished',
  run_rejected: 'stopped: data rejected',
  run_running: 'running {stage}',
  run_timeout: 'stopped: out of time',
  show: 'Show the inventory panel',
  '01_data_cleaning': 'Data cleaning',
  '02_forecast': 'Forecast',
  '03_health': 'Health',
  '04_clearance': 'Clearance',
  '01_data_cleaning_about': 'What was sold, what would have sold, and every correction between them',
  '02_forecast_about': 'Demand of the next 90 days with its uncertainty, by SKU and channel',
  '03_health_about': 'Score, light, age and cover of every SKU, most urgent first',
  '04_clearance_about': 'The ways out of slow stock, compared in money'
};

export type Words = typeof en;

const zh: Words = {
  aged: '数据已超过一天半未更新。请把新的报表放进 inbox/，再运行每日任务。',
  alerts: '优先处理',
  alertsMore: '另有 {count} 条，见库存健康看板',
  alertsNone: '今天没有需要决定的事项。',
  by: '{day} 前',
  category: '库存',
  daily: '每日任务',
  dashboard: '打开看板：{name}',
  dashboards: '看板',
  dashboardsOff: '看板需要 Voila 扩展，当前服务器已将其关闭。',
  dataThrough: '数据截至 {day}，载入于 {time}',
  dataUnknown: '数据日期未知，载入于 {time}',
  details: '服务器返回的信息',
  empty: '还没有数据',
  emptyTodo: '把报表文件放进本工作区的 inbox/ 文件夹，然后在终端运行：',
  failed: '无法读取状态',
  failedTodo: '按下面的提示改正后刷新。',
  fresh: '数据是最新的',
  health: '库存健康',
  healthNone: '还没有结果，运行每日任务即可生成：',
  lastRun: '最近一次运行',
  loading: '正在读取工作区……',
  missing: '这里没有这个笔记本',
  missingTodo: 'JupyterLab 启动的文件夹里没有 {path}。请在工作区中启动：workbench lab',
  noRun: '尚未运行。开始：',
  noWorkspace: '这个文件夹不是工作区',
  noWorkspaceTodo: '用样例数据新建一个，或打开已有的工作区：',
  notebook: '打开笔记本：{name}',
  notebooks: '笔记本',
  offline: '服务器没有响应，JupyterLab 还在运行吗？',
  old: '数据偏旧',
  open: '打开',
  palette: '库存',
  panel: '库存工作台',
  refresh: '刷新',
  results: '结果日期 {day}',
  run: '{name}：{status}，{time}',
  run_bad_parameters: '已停止：参数不符',
  run_cancelled: '已取消',
  run_died: '中途退出，未发布任何结果',
  run_failed: '失败',
  run_ok: '已完成',
  run_rejected: '已停止：数据被拒收',
  run_running: '运行中 {stage}',
  run_timeout: '已停止：超时',
  show: '显示库存面板',
  '01_data_cleaning': '数据清洗',
  '02_forecast': '需求预测',
  '03_health': '库存健康',
  '04_clearance': '清仓方案',
  '01_data_cleaning_about': '卖了多少、本可以卖多少，以及其间的每一处修正',
  '02_forecast_about': '各 SKU、各渠道未来 90 天的需求及其不确定性',
  '03_health_about': '每个 SKU 的评分、红绿灯、库龄与可售天数，最紧急的排在前面',
  '04_clearance_about': '滞销库存的各种出路，用金额比较'
};

const tables: { [language: string]: Words } = { en, zh };

/** The language that the workspace asked for when JupyterLab was opened; the server writes it into the page. */
export function pageLanguage(): string {
  return PageConfig.getOption('workbenchLanguage') || 'en';
}

/** The texts in a language, English where we do not speak it. */
export function words(language: string): Words {
  return tables[language.slice(0, 2)] ?? en;
}

/** A text with its {places} filled in. */
export function fill(text: string, values: { [place: string]: string | number }): string {
  return text.replace(/\{(\w+)\}/g, (_, place) => String(values[place] ?? ''));
}
