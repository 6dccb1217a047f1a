export { PROJECT_ROOT } from '#libs/program-files';
