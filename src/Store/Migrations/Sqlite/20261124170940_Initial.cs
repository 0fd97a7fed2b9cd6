// SPDX-License-Identifier: Apache-2.0
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Hermetic.Store.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "tenants",
                columns: table => new
                {
                    tenant_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    key_epoch = table.Column<long>(type: "INTEGER", nullable: false),
                    sealed_name = table.Column<byte[]>(type: "BLOB", nullable: false),
                    event_sequence = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_tenants", x => x.tenant_id);
                });

            migrationBuilder.CreateTable(
                name: "lines",
                columns: table => new
                {
                    tenant_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    line_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    retention_class = table.Column<int>(type: "INTEGER", nullable: false),
                    key_epoch = table.Column<long>(type: "INTEGER", nullable: false),
                    number_tag = table.Column<byte[]>(type: "BLOB", nullable: false),
                    sealed_number = table.Column<byte[]>(type: "BLOB", nullable: false),
                    sealed_name = table.Column<byte[]>(type: "BLOB", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_lines", x => new { x.tenant_id, x.line_id });
                    table.ForeignKey(
                        name: "FK_lines_tenants_tenant_id",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "tenant_id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "calls",
                columns: table => new
                {
                    tenant_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    call_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    line_id = table.Column<byte[]>(type: "BLOB", nullable: true),
                    trunk_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    direction = table.Column<int>(type: "INTEGER", nullable: false),
                    started_at = table.Column<long>(type: "INTEGER", nullable: false),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true),
                    end_reason = table.Column<int>(type: "INTEGER", nullable: true),
                    rate_bps = table.Column<int>(type: "INTEGER", nullable: true),
                    ecm = table.Column<bool>(type: "INTEGER", nullable: true),
                    packets_received = table.Column<long>(type: "INTEGER", nullable: false),
                    packets_recovered = table.Column<long>(type: "INTEGER", nullable: false),
                    packets_lost = table.Column<long>(type: "INTEGER", nullable: false),
                    key_epoch = table.Column<long>(type: "INTEGER", nullable: false),
                    call_tag = table.Column<byte[]>(type: "BLOB", nullable: false),
                    sealed_remote_number = table.Column<byte[]>(type: "BLOB", nullable: true),
                    sealed_station_id = table.Column<byte[]>(type: "BLOB", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_calls", x => new { x.tenant_id, x.call_id });
                    table.ForeignKey(
                        name: "FK_calls_lines_tenant_id_line_id",
                        columns: x => new { x.tenant_id, x.line_id },
                        principalTable: "lines",
                        principalColumns: new[] { "tenant_id", "line_id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_calls_tenants_tenant_id",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "tenant_id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "routes",
                columns: table => new
                {
                    routing_tag = table.Column<byte[]>(type: "BLOB", nullable: false),
                    tenant_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    line_id = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_routes", x => x.routing_tag);
                    table.ForeignKey(
                        name: "FK_routes_lines_tenant_id_line_id",
                        columns: x => new { x.tenant_id, x.line_id },
                        principalTable: "lines",
                        principalColumns: new[] { "tenant_id", "line_id" },
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "faxes",
                columns: table => new
                {
                    tenant_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    fax_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    line_id = table.Column<byte[]>(type: "BLOB", nullable: true),
                    call_id = table.Column<byte[]>(type: "BLOB", nullable: true),
                    direction = table.Column<int>(type: "INTEGER", nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    row_version = table.Column<long>(type: "INTEGER", nullable: false),
                    reason_code = table.Column<int>(type: "INTEGER", nullable: true),
                    retention_class = table.Column<int>(type: "INTEGER", nullable: false),
                    pages_stored = table.Column<int>(type: "INTEGER", nullable: false),
                    pages_confirmed = table.Column<int>(type: "INTEGER", nullable: false),
                    begun_at = table.Column<long>(type: "INTEGER", nullable: false),
                    received_at = table.Column<long>(type: "INTEGER", nullable: true),
                    confirmed_at = table.Column<long>(type: "INTEGER", nullable: true),
                    key_epoch = table.Column<long>(type: "INTEGER", nullable: false),
                    idempotency_tag = table.Column<byte[]>(type: "BLOB", nullable: false),
                    remote_tag = table.Column<byte[]>(type: "BLOB", nullable: true),
                    sealed_remote_number = table.Column<byte[]>(type: "BLOB", nullable: true),
                    sealed_station_id = table.Column<byte[]>(type: "BLOB", nullable: true),
                    sealed_subject = table.Column<byte[]>(type: "BLOB", nullable: true),
                    sealed_file_name = table.Column<byte[]>(type: "BLOB", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_faxes", x => new { x.tenant_id, x.fax_id });
                    table.ForeignKey(
                        name: "FK_faxes_calls_tenant_id_call_id",
                        columns: x => new { x.tenant_id, x.call_id },
                        principalTable: "calls",
                        principalColumns: new[] { "tenant_id", "call_id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_faxes_lines_tenant_id_line_id",
                        columns: x => new { x.tenant_id, x.line_id },
                        principalTable: "lines",
                        principalColumns: new[] { "tenant_id", "line_id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_faxes_tenants_tenant_id",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "tenant_id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "events",
                columns: table => new
                {
                    tenant_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    fax_id = table.Column<byte[]>(type: "BLOB", nullable: true),
                    occurred_at = table.Column<long>(type: "INTEGER", nullable: false),
                    sent = table.Column<bool>(type: "INTEGER", nullable: false),
                    sent_at = table.Column<long>(type: "INTEGER", nullable: true),
                    attempt = table.Column<int>(type: "INTEGER", nullable: false),
                    lease_owner = table.Column<byte[]>(type: "BLOB", nullable: true),
                    due_at = table.Column<long>(type: "INTEGER", nullable: false),
                    key_epoch = table.Column<long>(type: "INTEGER", nullable: false),
                    sealed_body = table.Column<byte[]>(type: "BLOB", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_events", x => new { x.tenant_id, x.sequence });
                    table.ForeignKey(
                        name: "FK_events_faxes_tenant_id_fax_id",
                        columns: x => new { x.tenant_id, x.fax_id },
                        principalTable: "faxes",
                        principalColumns: new[] { "tenant_id", "fax_id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_events_tenants_tenant_id",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "tenant_id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "jobs",
                columns: table => new
                {
                    tenant_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    job_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    fax_id = table.Column<byte[]>(type: "BLOB", nullable: true),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    due_at = table.Column<long>(type: "INTEGER", nullable: false),
                    attempt = table.Column<int>(type: "INTEGER", nullable: false),
                    lease_owner = table.Column<byte[]>(type: "BLOB", nullable: true),
                    reason_code = table.Column<int>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_jobs", x => new { x.tenant_id, x.job_id });
                    table.ForeignKey(
                        name: "FK_jobs_faxes_tenant_id_fax_id",
                        columns: x => new { x.tenant_id, x.fax_id },
                        principalTable: "faxes",
                        principalColumns: new[] { "tenant_id", "fax_id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_jobs_tenants_tenant_id",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "tenant_id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "pages",
                columns: table => new
                {
                    tenant_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    fax_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    number = table.Column<int>(type: "INTEGER", nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    blob_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    byte_length = table.Column<long>(type: "INTEGER", nullable: false),
                    rows = table.Column<int>(type: "INTEGER", nullable: false),
                    width_pels = table.Column<int>(type: "INTEGER", nullable: false),
                    resolution_x_dpi = table.Column<int>(type: "INTEGER", nullable: false),
                    resolution_y_dpi = table.Column<int>(type: "INTEGER", nullable: false),
                    bad_rows = table.Column<int>(type: "INTEGER", nullable: false),
                    key_epoch = table.Column<long>(type: "INTEGER", nullable: false),
                    object_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    stored_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_pages", x => new { x.tenant_id, x.fax_id, x.number });
                    table.ForeignKey(
                        name: "FK_pages_faxes_tenant_id_fax_id",
                        columns: x => new { x.tenant_id, x.fax_id },
                        principalTable: "faxes",
                        principalColumns: new[] { "tenant_id", "fax_id" },
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_calls_tenant_id_call_tag",
                table: "calls",
                columns: new[] { "tenant_id", "call_tag" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_calls_tenant_id_line_id",
                table: "calls",
                columns: new[] { "tenant_id", "line_id" });

            migrationBuilder.CreateIndex(
                name: "IX_events_tenant_id_fax_id",
                table: "events",
                columns: new[] { "tenant_id", "fax_id" });

            migrationBuilder.CreateIndex(
                name: "IX_events_tenant_id_sent_due_at",
                table: "events",
                columns: new[] { "tenant_id", "sent", "due_at" });

            migrationBuilder.CreateIndex(
                name: "IX_faxes_tenant_id_begun_at_fax_id",
                table: "faxes",
                columns: new[] { "tenant_id", "begun_at", "fax_id" });

            migrationBuilder.CreateIndex(
                name: "IX_faxes_tenant_id_call_id",
                table: "faxes",
                columns: new[] { "tenant_id", "call_id" });

            migrationBuilder.CreateIndex(
                name: "IX_faxes_tenant_id_idempotency_tag",
                table: "faxes",
                columns: new[] { "tenant_id", "idempotency_tag" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_faxes_tenant_id_line_id",
                table: "faxes",
                columns: new[] { "tenant_id", "line_id" });

            migrationBuilder.CreateIndex(
                name: "IX_faxes_tenant_id_remote_tag_begun_at",
                table: "faxes",
                columns: new[] { "tenant_id", "remote_tag", "begun_at" });

            migrationBuilder.CreateIndex(
                name: "IX_faxes_tenant_id_state_begun_at",
                table: "faxes",
                columns: new[] { "tenant_id", "state", "begun_at" });

            migrationBuilder.CreateIndex(
                name: "IX_jobs_tenant_id_fax_id",
                table: "jobs",
                columns: new[] { "tenant_id", "fax_id" });

            migrationBuilder.CreateIndex(
                name: "IX_jobs_tenant_id_state_due_at",
                table: "jobs",
                columns: new[] { "tenant_id", "state", "due_at" });

            migrationBuilder.CreateIndex(
                name: "IX_lines_tenant_id_number_tag",
                table: "lines",
                columns: new[] { "tenant_id", "number_tag" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_pages_tenant_id_blob_id",
                table: "pages",
                columns: new[] { "tenant_id", "blob_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_routes_tenant_id_line_id",
                table: "routes",
                columns: new[] { "tenant_id", "line_id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "events");

            migrationBuilder.DropTable(
                name: "jobs");

            migrationBuilder.DropTable(
                name: "pages");

            migrationBuilder.DropTable(
                name: "routes");

            migrationBuilder.DropTable(
                name: "faxes");

            migrationBuilder.DropTable(
                name: "calls");

            migrationBuilder.DropTable(
                name: "lines");

            migrationBuilder.DropTable(
                name: "tenants");
        }
    }
}
