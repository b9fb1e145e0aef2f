BeforeAll {
    . $PSScriptRoot/Shared.ps1
    Import-BuiltModule
    $server = Start-LocalApiServer
    $quick = @{ Rate = 500; Count = 200; MaxPopulation = 20 }
}

AfterAll {
    $server | Stop-LocalApiServer
}

Describe 'Start-ConfigMapDriver: stopping' {
    It 'ends with Select-Object -First: no more creates, nothing left, and it says how many records were not taken' {
        $child = Start-Child {
            param($Kubeconfig)
            $taken = @(Start-ConfigMapDriver -Rate 200 -Count 100000 -MaxPopulation 50 -RunId select-first -Kubeconfig $Kubeconfig | Where-Object Phase -NE WarmUp | Select-Object -First 5)
            "taken: $($taken.Count)"
        } $server.Kubeconfig
        $ended = Wait-Child $child
        $ended.Output | Should -Match 'taken: 5'
        $ended.Output | Should -Match 'WARNING: \d+ records came after the pipeline had stopped'
        $ended.ExitCode | Should -Be 0
        Get-ServerObject $server -Selector 'scaletest/run=select-first' | Should -BeNullOrEmpty
    }

    It 'ends with break in ForEach-Object' {
        $seen = 0
        foreach ($once in 1) {
            $server | Start-ConfigMapDriver -Rate 200 -Count 100000 -MaxPopulation 50 -RunId 'by-break' 3>$null | ForEach-Object { if (++$seen -eq 10) { break } }
        }
        $seen | Should -Be 10
        Get-ServerObject $server -Selector 'scaletest/run=by-break' | Should -BeNullOrEmpty
    }

    It 'ends with a downstream error, which is the one that the caller sees' {
        { $server | Start-ConfigMapDriver -Rate 200 -Count 100000 -MaxPopulation 50 -RunId 'by-throw' | ForEach-Object { throw 'of the consumer' } } |
            Should -Throw 'of the consumer'
        Get-ServerObject $server -Selector 'scaletest/run=by-throw' | Should -BeNullOrEmpty
    }

    It 'leaves what lives with -NoCleanup, and says how to remove it' {
        $child = Start-Child {
            param($Kubeconfig)
            Start-ConfigMapDriver -Rate 200 -Count 100000 -MaxPopulation 5000 -RunId no-cleanup -Kubeconfig $Kubeconfig -NoCleanup | Select-Object -First 50 | Out-Null
        } $server.Kubeconfig
        $ended = Wait-Child $child
        @(Get-ServerObject $server -Selector 'scaletest/run=no-cleanup').Count | Should -BeGreaterThan 0
        $ended.Output | Should -Match 'Remove-ScaleTestObject -RunId no-cleanup'
        $null = $server | Remove-ScaleTestObject -RunId 'no-cleanup' -Confirm:$false
        Get-ServerObject $server -Selector 'scaletest/run=no-cleanup' | Should -BeNullOrEmpty
    }

    It 'ends in order at SIG<_>: the file is whole, and nothing is left' -Skip:$IsWindows -ForEach 'INT', 'TERM' {
        # Windows has no signals to send: its Ctrl+C reaches every process of the console, this one too.
        $run = "by-sig$($_.ToLowerInvariant())"
        $csv = Join-Path $TestDrive "$run.csv"
        $child = Start-Child {
            param($Kubeconfig, $Run, $Csv)
            Start-ConfigMapDriver -Rate 200 -Count 100000 -MaxPopulation 100 -RunId $Run -Kubeconfig $Kubeconfig -OutFile $Csv
        } $server.Kubeconfig, $run, $csv
        Wait-Until { @(Get-ServerObject $server -Selector "scaletest/run=$run").Count -ge 20 } 'objects of the child'
        Send-Signal $child $_
        $ended = Wait-Child $child

        Get-ServerObject $server -Selector "scaletest/run=$run" | Should -BeNullOrEmpty
        (Get-Content -Raw -LiteralPath $csv)[-1] | Should -Be "`n"
        $rows = @(Import-Csv -LiteralPath $csv | Where-Object Phase -NE 'WarmUp')
        $rows.AuditId.Count | Should -Be $rows.Count
        $created = @($rows | Where-Object { $_.Operation -eq 'Create' -and $_.Succeeded -eq 'True' }).Count
        $deleted = @($rows | Where-Object { $_.Operation -eq 'Delete' -and $_.Succeeded -eq 'True' }).Count
        $created | Should -BeGreaterOrEqual 20
        $deleted | Should -Be $created
        $ended.Error | Should -BeNullOrEmpty
        if ($_ -eq 'TERM') {
            $ended.ExitCode | Should -Be 143
            $ended.Output | Should -Match 'was stopped before its end'
        }
    }

    It 'drains at a Ctrl+C that reaches its local API server too' -Skip:(-not (Get-Command setsid -CommandType Application -ErrorAction Ignore)) {
        # Skipped where there is no setsid: a signal to this process's own group would end the tests.
        $csv = Join-Path $TestDrive 'group.csv'
        $child = Start-Child -OwnGroup {
            param($Csv)
            Start-LocalApiServer | Start-ConfigMapDriver -Rate 200 -Count 100000 -MaxPopulation 100 -OutFile $Csv
        } $csv
        Wait-Until { (Test-Path -LiteralPath $csv) -and @(Get-Content -LiteralPath $csv).Count -gt 50 } 'records of the child'
        Send-Signal $child INT -Group
        $null = Wait-Child $child
        $rows = @(Import-Csv -LiteralPath $csv | Where-Object { $_.Phase -ne 'WarmUp' -and $_.Succeeded -eq 'True' })
        @($rows | Where-Object Operation -EQ 'Delete').Count | Should -Be @($rows | Where-Object Operation -EQ 'Create').Count
        $rows.Count | Should -BeGreaterThan 50
    }

    It 'leaves whole rows and its health when it is killed, and what it left can be found and deleted' -Skip:$IsWindows {
        $csv = Join-Path $TestDrive 'killed.csv'
        $child = Start-Child {
            param($Kubeconfig, $Csv)
            Start-ConfigMapDriver -Rate 200 -Count 100000 -MaxPopulation 1000 -RunId killed -Kubeconfig $Kubeconfig -OutFile $Csv
        } $server.Kubeconfig, $csv
        Wait-Until { @(Get-Content -LiteralPath $csv -ErrorAction Ignore).Count -gt 200 } 'records of the child'
        Send-Signal $child KILL
        $null = Wait-Child $child
        $text = Get-Content -Raw -LiteralPath $csv
        $text[-1] | Should -Be "`n"
        @($text.TrimEnd("`n").Split("`n") | Where-Object { $_.Split(',').Count -lt $OperationColumns.Count }) | Should -BeNullOrEmpty
        Test-Path -LiteralPath "$csv.run.json" | Should -BeTrue
        (Measure-ScaleTest $csv).RunId | Should -Be 'killed'
        @(Get-ServerObject $server -Selector 'scaletest/run=killed').Count | Should -BeGreaterThan 0
        $null = $server | Remove-ScaleTestObject -RunId 'killed' -Confirm:$false
        Get-ServerObject $server -Selector 'scaletest/run=killed' | Should -BeNullOrEmpty
    }
}

Describe 'Start-ConfigMapDriver: -OutFile' {
    It 'writes every record to the file and gives one summary to the pipeline' {
        $csv = Join-Path $TestDrive 'out.csv'
        $output = @($server | Start-ConfigMapDriver @quick -OutFile $csv)
        $output.Count | Should -Be 1
        $output[0] | Should -BeOfType 'K8sScaleTest.ScaleTestSummary'
        (Get-Content -LiteralPath $csv -TotalCount 1).Split(',') | Should -Be $OperationColumns
        @(Import-Csv -LiteralPath $csv).Count | Should -Be $output[0].Count
        (Get-Content -Raw -LiteralPath "$csv.run.json" | ConvertFrom-Json).RunId | Should -Be $output[0].RunId
        Get-ChildItem -LiteralPath $TestDrive -Filter 'out.csv*' | ForEach-Object Name | Sort-Object | Should -Be @('out.csv', 'out.csv.run.json')
    }

    It 'gives the records too with -PassThru, before the summary' {
        $csv = Join-Path $TestDrive 'pass.csv'
        $output = @($server | Start-ConfigMapDriver @quick -OutFile $csv -PassThru)
        $output[-1] | Should -BeOfType 'K8sScaleTest.ScaleTestSummary'
        $output.Count | Should -Be ($output[-1].Count + 1)
        @($output | Select-Object -SkipLast 1 | Where-Object { $_ -isnot [K8sScaleTest.OperationRecord] }) | Should -BeNullOrEmpty
        $rows = Import-Csv -LiteralPath $csv
        $rows[17].Name | Should -Be $output[17].Name
        [long]$rows[17].FinishedUnixMicroseconds | Should -Be $output[17].FinishedUnixMicroseconds
    }

    It 'measures the same from the file as from the run itself' {
        $csv = Join-Path $TestDrive 'same.csv'
        $run = $server | Start-ConfigMapDriver @quick -OutFile $csv
        $file = Measure-ScaleTest $csv
        foreach ($property in 'RunId', 'Count', 'Succeeded', 'Verdict', 'Reason') { $file.$property | Should -Be $run.$property -Because $property }
        # The file's moments are whole microseconds.
        [Math]::Abs($file.AchievedRate / $run.AchievedRate - 1) | Should -BeLessThan 1e-5
        $file.Steady.ServiceP50Ms | Should -Be $run.Steady.ServiceP50Ms
    }

    It 'writes JSON lines' {
        $jsonl = Join-Path $TestDrive 'run.jsonl'
        $summary = $server | Start-ConfigMapDriver @quick -OutFile $jsonl -Format JsonLines
        $rows = @(Get-Content -LiteralPath $jsonl | ConvertFrom-Json)
        $rows.Count | Should -Be $summary.Count
        foreach ($name in $rows[-1].PSObject.Properties.Name) { $OperationColumns | Should -Contain $name }
        $rows[-1].Succeeded | Should -BeTrue
        (Measure-ScaleTest $jsonl).Count | Should -Be $summary.Count
    }

    It 'writes the Go programs'' columns and their .parms file' {
        $csv = Join-Path $TestDrive 'go.csv'
        $null = $server | Start-ConfigMapDriver @quick -OutFile $csv -Format Original -RunId 'as-in-go' -Seed 5
        $rows = @(Get-Content -LiteralPath $csv)
        $rows.Count | Should -Be 400 # a warm-up, which they had not, is left out
        $rows | Where-Object { $_ -notmatch '^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3},\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3},(create|delete),"as-in-go-\d{3}",""$' } | Should -BeNullOrEmpty
        $parameters = Get-Content -LiteralPath (Join-Path $TestDrive 'as-in-go-driver.parms')
        @($parameters | ForEach-Object { $_.Split('=')[0] }) | Should -Be @('KUBECONFIG', 'LAMBDA', 'N', 'MAXPOP', 'DATALEN', 'DATEFILENAME', 'RUNID', 'SEED')
        $parameters | Should -Contain 'RUNID=as-in-go'
        $parameters | Should -Contain 'LAMBDA=500'
        $parameters | Should -Contain 'SEED=5'
    }

    It 'writes the records alone to standard output with -OutFile -' {
        $child = Start-Child {
            param($Kubeconfig)
            Start-ConfigMapDriver -Rate 500 -Count 50 -MaxPopulation 5 -RunId stdout -Kubeconfig $Kubeconfig -OutFile - -Verbose
        } $server.Kubeconfig
        $ended = Wait-Child $child
        $lines = @($ended.Output.TrimEnd("`n").Split("`n"))
        $lines[0].Split(',') | Should -Be $OperationColumns
        @($lines | Select-Object -Skip 1 | Where-Object { $_ -notmatch '^stdout,0,' }) | Should -BeNullOrEmpty
        @($lines | ConvertFrom-Csv | Where-Object Phase -NE 'WarmUp').Count | Should -Be 100
    }
}
