// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace Hermetic.TestKit.Peers.Spandsp;

/// <summary>What libspandsp2 counts of a transfer, as its t30_stats_t of 0.0.6 lays it out.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct SpandspStatistics
{
    public int BitRate;
    public int Ecm;
    public int PagesSent;
    public int PagesReceived;
    public int PagesInFile;
    public int XPelsPerMetre;
    public int YPelsPerMetre;
    public int WidthPels;
    public int Rows;
    public int ImageBytes;
    public int Encoding;
    public int BadRows;
    public int LongestBadRun;
    public int EcmRetries;
    public int CurrentStatus;
    /// <summary>Room for a later 0.0.6 build that appends fields.</summary>
    internal unsafe fixed int Spare[16];
}
