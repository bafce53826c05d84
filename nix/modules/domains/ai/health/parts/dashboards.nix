# What Grafana loads: https://grafana.com/docs/grafana/latest/administration/provisioning/#dashboards
{
  name = "AI services";
  options.path = "${../../monitoring/dashboards}";
}
